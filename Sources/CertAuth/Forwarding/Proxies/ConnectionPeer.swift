// SPDX-License-Identifier: Apache-2.0

/// The peer of a connection as the operating system reports it. Headers do not affect it.
public enum ConnectionPeer: Sendable, Hashable {
    /// The address from `accept` or `getpeername`.
    case address(IPAddress)
    /// A process on this machine, with its user if the system reports it.
    case unixSocket(user: UInt32?)
    /// Unknown. Such a peer is never trusted.
    case unknown
}
