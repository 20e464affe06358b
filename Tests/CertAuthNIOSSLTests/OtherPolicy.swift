// SPDX-License-Identifier: Apache-2.0
// The channel of the last connection, so that a second policy can examine it.

#if NIOSSL
import CertAuthNIOSSL
import NIOCore
import Synchronization

/// Gives a test access to a connection's channel.
final class OtherPolicy: Sendable {
    let adapter: NIOSSLClientAuthentication
    private let state = Mutex<(any Channel)?>(nil)

    init(_ adapter: NIOSSLClientAuthentication) { self.adapter = adapter }

    var channel: (any Channel)? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
#endif
