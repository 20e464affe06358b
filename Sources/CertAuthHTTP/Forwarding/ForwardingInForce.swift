// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The forwarding of a listener for new requests, which a reload replaces. Nil without forwarding.
final class ForwardingInForce: Sendable {
    private let gate: Mutex<ForwardingGate?>

    init(_ gate: ForwardingGate?) { self.gate = Mutex(gate) }

    var current: ForwardingGate? { gate.withLock { $0 } }

    func replace(with gate: ForwardingGate?) { self.gate.withLock { $0 = gate } }
}
