// SPDX-License-Identifier: Apache-2.0
// Which sessions are resumed: their contents are validated before OpenSSL may use them.

import COpenSSL

/// How a client refers to a session that it resumes.
package enum SessionForm: Sendable, Equatable {
    /// An encrypted ticket, in either version.
    case ticket
    /// The ID of a session that the server stores, in TLS 1.2.
    case identifier
}

/// Sessions that a server stores, encoded, by their IDs.
package struct KeptSessions: Sendable {
    let session: @Sendable (_ identifier: [UInt8]) -> [UInt8]?

    package init(session: @escaping @Sendable (_ identifier: [UInt8]) -> [UInt8]?) { self.session = session }
}

extension TLSConnection {
    /// The contents of the session that this connection resumed. Nil after a full handshake.
    ///
    /// Corresponds to `SSL_SESSION_get0_ticket_appdata` of the session in use, whose binder or Finished has been
    /// verified.
    package var resumedContents: [UInt8]? {
        guard isResumed else { return nil }
        return withPointer { SSL_get_session($0) }.flatMap { contents(of: $0) }
    }

    /// The session of a full TLS 1.2 handshake, including `contents`, for a server to store.
    ///
    /// - Returns: Nil if the session has no ID, if the client received a ticket, or without the extended master secret.
    package func sessionToKeep(contents: [UInt8]) throws(OpenSSLError) -> (identifier: [UInt8], encoded: [UInt8])? {
        guard !isResumed, isHandshakeComplete, withPointer({ SSL_version($0) == TLS1_2_VERSION }),
            withPointer({ CA_SSL_get_extms_support($0) }) == 1, let identifier = sessionIdentifier,
            let session = withPointer({ SSL_get_session($0) })
        else { return nil }
        try checkedStatus("SSL_SESSION_set1_ticket_appdata") {
            SSL_SESSION_set1_ticket_appdata(session, contents, contents.count)
        }
        return (identifier, try encoded("i2d_SSL_SESSION") { i2d_SSL_SESSION(session, $0) })
    }

    /// The ID of the session in use. Nil if it has none. Corresponds to `SSL_SESSION_get_id`.
    package var sessionIdentifier: [UInt8]? {
        guard let session = withPointer({ SSL_get_session($0) }) else { return nil }
        var length: UInt32 = 0
        guard let start = SSL_SESSION_get_id(session, &length), length > 0 else { return nil }
        return Array(UnsafeBufferPointer(start: start, count: Int(length)))
    }

    /// Whether `session` may be resumed: asks `sessionDecision` about its contents.
    ///
    /// In TLS 1.2 the client must offer the extended master secret. OpenSSL then resumes no session that was created
    /// without it.
    func mayResume(_ session: OpaquePointer, _ form: SessionForm) -> Bool {
        defer { ERR_clear_error() }
        let isTLS13 = withPointer { SSL_version($0) == TLS1_3_VERSION }
        guard isTLS13 || clientHello?.offersExtendedMasterSecret == true, let decide = sessionDecision,
            let contents = contents(of: session)
        else { return false }
        return decide(form, contents)
    }

    private func contents(of session: OpaquePointer) -> [UInt8]? {
        var data: UnsafeMutableRawPointer?
        var length = 0
        guard SSL_SESSION_get0_ticket_appdata(session, &data, &length) == 1, let data, length > 0 else { return nil }
        return Array(UnsafeRawBufferPointer(start: data, count: length))
    }
}

/// The callback for session IDs.
enum SessionCallbacks {
    /// Makes the policy that a connection has adopted answer session IDs.
    static func install(on context: OpaquePointer) { SSL_CTX_sess_set_get_cb(context, findThunk) }
}

/// Called when a client offers a session ID. Nil leads to a full handshake. OpenSSL takes ownership of the session.
private func findThunk(
    pointer: OpaquePointer?,
    identifier: UnsafePointer<UInt8>?,
    length: Int32,
    isToBeRetained: UnsafeMutablePointer<Int32>?
) -> OpaquePointer? {
    isToBeRetained?.pointee = 0
    // In TLS 1.3 OpenSSL looks IDs up too if there are no tickets.
    guard let pointer, SSL_version(pointer) == TLS1_2_VERSION, let identifier, length > 0,
        let connection = TLSCallbacks.connection(of: pointer), let kept = connection.context.keptSessions,
        let encoded = kept.session(Array(UnsafeBufferPointer(start: identifier, count: Int(length))))
    else { return nil }
    defer { ERR_clear_error() }
    let decoded = encoded.withUnsafeBufferPointer { bytes in
        var cursor = bytes.baseAddress
        return SessionCoding.during { d2i_SSL_SESSION(nil, &cursor, bytes.count) }
    }
    guard let session = decoded else { return nil }
    guard connection.mayResume(session, .identifier) else {
        SSL_SESSION_free(session)
        return nil
    }
    return session
}
