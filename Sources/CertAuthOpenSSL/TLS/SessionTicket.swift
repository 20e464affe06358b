// SPDX-License-Identifier: Apache-2.0
// What seals session tickets, and the two moments at which a ticket is made and judged.

import COpenSSL

/// One key that seals tickets.
package struct TicketKey: Sendable, Equatable {
    /// 16 bytes that stand in front of each ticket.
    package let name: [UInt8]
    /// 32 bytes for AES-256-CBC.
    let cipherKey: [UInt8]
    /// 32 bytes for HMAC-SHA-256 over what was encrypted.
    let authenticationKey: [UInt8]

    /// Derives a key from a secret: the same for everyone who knows the secret, another for every label.
    package init(secret: [UInt8], label: [UInt8]) throws(OpenSSLError) {
        let material = try (0..<3).map { part throws(OpenSSLError) in
            try Self.authenticationCode(key: secret, message: Array("CertAuth ticket key 1".utf8) + [part] + label)
        }
        name = Array(material[0].prefix(16))
        cipherKey = material[1]
        authenticationKey = material[2]
    }

    /// Random bytes, for a secret of one process alone. Corresponds to `RAND_priv_bytes`.
    package static func randomSecret() throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        try checkedStatus("RAND_priv_bytes") { RAND_priv_bytes(&bytes, Int32(bytes.count)) }
        return bytes
    }

    /// HMAC-SHA-256. Corresponds to `HMAC`.
    private static func authenticationCode(key: [UInt8], message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let result = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length)
        guard result != nil, length == 32 else { throw OpenSSLError.drained(after: "HMAC") }
        return code
    }
}

/// The keys of a server, as of now.
package struct TicketKeyring: Sendable {
    /// Seals new tickets; nil seals none.
    let current: @Sendable () -> TicketKey?
    /// Opens tickets; nil for a key that is unknown or too old.
    let named: @Sendable ([UInt8]) -> TicketKey?

    package init(
        current: @escaping @Sendable () -> TicketKey?,
        named: @escaping @Sendable ([UInt8]) -> TicketKey?
    ) {
        self.current = current
        self.named = named
    }
}

extension TLSConnection {
    /// Puts one ticket with these contents into the output, on a TLS 1.3 server after the handshake.
    ///
    /// Corresponds to `SSL_new_session_ticket`.
    package func issueTicket(contents: [UInt8]) throws(OpenSSLError) {
        ticketContents = contents
        defer { ticketContents = nil }
        try checkedStatus("SSL_new_session_ticket") { withPointer { SSL_new_session_ticket($0) } }
        try checkedStatus("SSL_do_handshake") { withPointer { SSL_do_handshake($0) } }
    }

    /// What the ticket held that this connection resumed; nil on a full handshake.
    ///
    /// Corresponds to `SSL_SESSION_get0_ticket_appdata` of the session in use, whose binder has been verified.
    package var resumedTicketContents: [UInt8]? {
        guard isResumed else { return nil }
        return withPointer { SSL_get_session($0) }.flatMap(TicketCallbacks.contents)
    }
}

/// The functions that OpenSSL calls back for tickets.
enum TicketCallbacks {
    /// Has tickets sealed, opened and judged by the policy that a connection has adopted; whether there are any is a
    /// matter of that policy's options.
    static func install(on context: OpaquePointer, lifetimeSeconds: Int) throws(OpenSSLError) {
        if lifetimeSeconds > 0 { SSL_CTX_set_timeout(context, lifetimeSeconds) }
        try checkedStatus("SSL_CTX_set_tlsext_ticket_key_evp_cb") {
            SSL_CTX_set_tlsext_ticket_key_evp_cb(context, keyThunk)
        }
        try checkedStatus("SSL_CTX_set_session_ticket_cb") {
            SSL_CTX_set_session_ticket_cb(context, makeThunk, judgeThunk, nil)
        }
    }

    static func contents(of session: OpaquePointer) -> [UInt8]? {
        var data: UnsafeMutableRawPointer?
        var length = 0
        guard SSL_SESSION_get0_ticket_appdata(session, &data, &length) == 1, let data, length > 0 else { return nil }
        return Array(UnsafeRawBufferPointer(start: data, count: length))
    }
}

/// A ticket is about to be sealed: 1 puts our contents in, 0 ends the connection.
private func makeThunk(pointer: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    guard let pointer, let contents = TLSCallbacks.connection(of: pointer)?.ticketContents,
        let session = SSL_get_session(pointer)
    else { return 0 }
    return SSL_SESSION_set1_ticket_appdata(session, contents, contents.count)
}

/// A ticket was opened, or not: it is used only when the policy that the ClientHello chose says so.
private func judgeThunk(
    pointer: OpaquePointer?,
    session: OpaquePointer?,
    _: UnsafePointer<UInt8>?,
    _: Int,
    status: SSL_TICKET_STATUS,
    _: UnsafeMutableRawPointer?
) -> SSL_TICKET_RETURN {
    let isOpened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW
    guard isOpened, let session, let connection = TLSCallbacks.connection(of: pointer),
        let decide = connection.ticketDecision, let contents = TicketCallbacks.contents(of: session)
    else { return SSL_TICKET_RETURN(SSL_TICKET_RETURN_IGNORE) }
    let isUsed = decide(contents)
    ERR_clear_error()
    return SSL_TICKET_RETURN(isUsed ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_IGNORE)
}

/// A ticket is to be sealed or opened: 1 goes on, 0 goes on without a ticket, below 0 ends the connection.
private func keyThunk(
    pointer: OpaquePointer?,
    name: UnsafeMutablePointer<UInt8>?,
    initialVector: UnsafeMutablePointer<UInt8>?,
    cipher: OpaquePointer?,
    authentication: OpaquePointer?,
    seals: Int32
) -> Int32 {
    let nameLength = 16
    guard let name, let initialVector, let keyring = TLSCallbacks.connection(of: pointer)?.context.ticketKeyring else {
        return 0
    }
    let found =
        seals == 1 ? keyring.current() : keyring.named(Array(UnsafeBufferPointer(start: name, count: nameLength)))
    guard let key = found, key.name.count == nameLength else { return 0 }
    guard CA_use_hmac_sha256(authentication, key.authenticationKey, key.authenticationKey.count) == 1 else { return -1 }
    if seals == 1 {
        guard RAND_bytes(initialVector, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1,
            EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipherKey, initialVector) == 1
        else { return -1 }
        name.update(from: key.name, count: nameLength)
        return 1
    }
    return EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipherKey, initialVector) == 1 ? 1 : -1
}
