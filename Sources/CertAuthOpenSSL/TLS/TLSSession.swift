// SPDX-License-Identifier: Apache-2.0
// A session that a client keeps, to take it up again.

import COpenSSL

/// A session of a client.
///
/// Sendable because a session that is kept is only read; OpenSSL counts its owners with locks of its own.
package final class TLSSession: @unchecked Sendable {
    private let pointer: OpaquePointer

    fileprivate init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { SSL_SESSION_free(pointer) }

    fileprivate func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(pointer) }
}

extension TLSConnection {
    /// The session as it stands, on a client; nil when it cannot be resumed. Corresponds to `SSL_get1_session`.
    package var resumableSession: TLSSession? {
        guard let session = withPointer({ SSL_get1_session($0) }) else { return nil }
        let kept = TLSSession(adopting: session)
        return SSL_SESSION_is_resumable(session) == 1 ? kept : nil
    }

    /// Offers `session`, on a client before the handshake. Corresponds to `SSL_set_session`.
    package func offer(_ session: TLSSession) throws(OpenSSLError) {
        try checkedStatus("SSL_set_session") {
            withPointer { connection in session.withPointer { SSL_set_session(connection, $0) } }
        }
    }
}
