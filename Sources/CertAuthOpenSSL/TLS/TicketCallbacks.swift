// SPDX-License-Identifier: Apache-2.0
// The functions that OpenSSL calls back to have tickets sealed, opened and judged.

import COpenSSL

/// The functions that OpenSSL calls back for tickets.
enum TicketCallbacks {
    /// Has tickets sealed, opened and judged by the policy that a connection has adopted; whether there are any is a
    /// matter of that policy's options.
    static func install(on context: OpaquePointer) throws(OpenSSLError) {
        try checkedStatus("SSL_CTX_set_tlsext_ticket_key_evp_cb") {
            SSL_CTX_set_tlsext_ticket_key_evp_cb(context, keyThunk)
        }
        try checkedStatus("SSL_CTX_set_session_ticket_cb") {
            SSL_CTX_set_session_ticket_cb(context, makeThunk, judgeThunk, nil)
        }
    }
}

/// A ticket is about to be sealed: 1 puts our contents in, 0 ends the connection.
///
/// On TLS 1.2 this is the client's Finished verified and ours not yet sent: the one moment at which a ticket can be
/// given, and too late to leave the message out. Without contents the ticket is empty, which says that there is none.
///
/// - Source: RFC 5077 section 3.3.
private func makeThunk(pointer: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    guard let pointer, let connection = TLSCallbacks.connection(of: pointer), let session = SSL_get_session(pointer)
    else { return 0 }
    let isEarly = SSL_version(pointer) != TLS1_3_VERSION
    if isEarly { connection.ticketContents = SSL_session_reused(pointer) == 1 ? nil : connection.earlyTicket?() }
    ERR_clear_error()
    if let contents = connection.ticketContents {
        guard SSL_SESSION_set1_ticket_appdata(session, contents, contents.count) == 1 else { return 0 }
    } else if !isEarly {
        return 0
    }
    // What follows is that the session is copied by way of its encoding, until it is to be sealed.
    connection.beginSessionCoding()
    return 1
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
    // From here on it is not OpenSSL alone that works.
    TLSCallbacks.connection(of: pointer)?.restoreLibraryContext()
    let isOpened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW
    if isOpened, let pointer, let session, TLSCallbacks.connection(of: pointer)?.takesUp(session, .ticket) == true {
        return SSL_TICKET_RETURN(SSL_TICKET_RETURN_USE)
    }
    // On TLS 1.2 only the renewing answer has a ticket made for the full handshake that follows.
    let isTLS13 = pointer.map { SSL_version($0) == TLS1_3_VERSION } ?? true
    return SSL_TICKET_RETURN(isTLS13 ? SSL_TICKET_RETURN_IGNORE : SSL_TICKET_RETURN_IGNORE_RENEW)
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
    TLSCallbacks.connection(of: pointer)?.restoreLibraryContext()
    guard let name, let initialVector, let connection = TLSCallbacks.connection(of: pointer),
        let keyring = connection.context.ticketKeyring
    else { return 0 }
    if seals == 1, connection.ticketContents == nil { return 0 }
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
    guard EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipherKey, initialVector) == 1 else { return -1 }
    // What is decoded next is the session in the ticket.
    connection.beginSessionCoding()
    return 1
}
