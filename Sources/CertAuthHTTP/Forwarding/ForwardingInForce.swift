// SPDX-License-Identifier: Apache-2.0
// The forwarding of a listener, which a reload replaces.

import Synchronization

/// The forwarding that requests are settled by from now on; nil for none.
final class ForwardingInForce: Sendable {
    private let gate: Mutex<ForwardingGate?>

    init(_ gate: ForwardingGate?) { self.gate = Mutex(gate) }

    var current: ForwardingGate? { gate.withLock { $0 } }

    func replace(with gate: ForwardingGate?) { self.gate.withLock { $0 = gate } }
}
