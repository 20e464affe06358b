// SPDX-License-Identifier: Apache-2.0
// The channel of the last connection, for a second policy to look at.

#if NIOSSL
import CertAuthNIOSSL
import NIOCore
import Synchronization

/// Keeps the channel of a connection within reach of a test.
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
