// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a socket, as the system says.

/// The other end of a connection. Never what a header says of it.
public enum ConnectionPeer: Sendable, Hashable {
    /// An address, as `accept` or `getpeername` gave it.
    case address(IPAddress)
    /// A process on this machine, with the user it runs as where the system tells.
    case unixSocket(user: UInt32?)
    /// Nobody knows: trusted by nobody.
    case unknown
}
