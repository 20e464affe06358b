// SPDX-License-Identifier: Apache-2.0
// The text of a peer's address in facts and logs.

package import NIOCore

extension SocketAddress {
    /// `192.0.2.1:5000` or `[2001:db8::1]:5000`. Nil for Unix sockets.
    package var peerText: String? {
        guard let address = ipAddress, let port else { return nil }
        return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
