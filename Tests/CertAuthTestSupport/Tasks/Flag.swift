// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A fact that becomes true in one task and is read in another.
public final class Flag: Sendable {
    private let flag = Atomic(false)

    /// Creates a flag that is not set.
    public init() {}

    /// Whether the flag has been set.
    public var isSet: Bool { flag.load(ordering: .acquiring) }

    /// Sets the flag permanently.
    public func set() { flag.store(true, ordering: .releasing) }
}
