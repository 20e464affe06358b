// SPDX-License-Identifier: Apache-2.0
// A peer's address as facts and logs show it.

package import NIOCore

extension SocketAddress {
    /// `192.0.2.1:5000` or `[2001:db8::1]:5000`; nil for unix sockets.
    package var peerText: String? {
        guard let address = ipAddress, let port else { return nil }
        return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
