// SPDX-License-Identifier: Apache-2.0
// Which sessions are taken up: what they hold is judged before OpenSSL may use them.

import COpenSSL

/// By what a client takes up a session.
package enum SessionForm: Sendable, Equatable {
    /// A sealed ticket, on either version.
    case ticket
    /// An id of a session that the server keeps, on TLS 1.2.
    case identifier
}

/// Sessions that a server keeps, encoded, by their ids.
package struct KeptSessions: Sendable {
    let session: @Sendable (_ identifier: [UInt8]) -> [UInt8]?

    package init(session: @escaping @Sendable (_ identifier: [UInt8]) -> [UInt8]?) { self.session = session }
}

extension TLSConnection {
    /// What the session holds that this connection resumed; nil on a full handshake.
    ///
    /// Corresponds to `SSL_SESSION_get0_ticket_appdata` of the session in use, whose binder or Finished has been
    /// verified.
    package var resumedContents: [UInt8]? {
        guard isResumed else { return nil }
        return withPointer { SSL_get_session($0) }.flatMap { contents(of: $0) }
    }

    /// The session of a full TLS 1.2 handshake, with `contents` in it, for a server to keep.
    ///
    /// - Returns: nil when it has no id, for a client that got a ticket, and without the extended master secret.
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

    /// The id of the session in use; nil where it has none. Corresponds to `SSL_SESSION_get_id`.
    package var sessionIdentifier: [UInt8]? {
        guard let session = withPointer({ SSL_get_session($0) }) else { return nil }
        var length: UInt32 = 0
        guard let start = SSL_SESSION_get_id(session, &length), length > 0 else { return nil }
        return Array(UnsafeBufferPointer(start: start, count: Int(length)))
    }

    /// Whether `session` may be used, by the decision on what it holds.
    ///
    /// On TLS 1.2 the client must bind the master secret to the handshake; OpenSSL then lets it take up no session
    /// that was made without.
    func takesUp(_ session: OpaquePointer, _ form: SessionForm) -> Bool {
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

/// The function that OpenSSL calls back for a session id.
enum SessionCallbacks {
    /// Has ids answered by the policy that a connection has adopted.
    static func install(on context: OpaquePointer) { SSL_CTX_sess_set_get_cb(context, findThunk) }
}

/// A client offers a session id: nil makes it a full handshake. The session belongs to OpenSSL.
private func findThunk(
    pointer: OpaquePointer?,
    identifier: UnsafePointer<UInt8>?,
    length: Int32,
    isToBeRetained: UnsafeMutablePointer<Int32>?
) -> OpaquePointer? {
    isToBeRetained?.pointee = 0
    // On TLS 1.3 OpenSSL looks ids up as well, where there are no tickets.
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
    guard connection.takesUp(session, .identifier) else {
        SSL_SESSION_free(session)
        return nil
    }
    return session
}
