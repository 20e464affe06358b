// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A session of a client.
///
/// Sendable because a stored session is only read, and OpenSSL protects its reference count with its own locks.
package final class TLSSession: @unchecked Sendable {
    private let pointer: OpaquePointer

    fileprivate init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { SSL_SESSION_free(pointer) }

    fileprivate func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(pointer) }
}

extension TLSConnection {
    /// The current session of a client. Nil if it cannot be resumed. Corresponds to `SSL_get1_session`.
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
