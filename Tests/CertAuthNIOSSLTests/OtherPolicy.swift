// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
import CertAuthNIOSSL
import NIOCore
import Synchronization

/// Keeps the channel of the last connection, so that a test can inspect it with a second policy.
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
