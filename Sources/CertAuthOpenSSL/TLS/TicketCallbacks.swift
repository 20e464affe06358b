// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The callbacks with which OpenSSL encrypts, decrypts and validates session tickets.
enum TicketCallbacks {
    /// Installs the callbacks. The policy that a connection has adopted encrypts, decrypts and validates its tickets;
    /// its options determine whether tickets are used at all.
    static func install(on context: OpaquePointer) throws(OpenSSLError) {
        try checkedStatus("SSL_CTX_set_tlsext_ticket_key_evp_cb") {
            SSL_CTX_set_tlsext_ticket_key_evp_cb(context, keyThunk)
        }
        try checkedStatus("SSL_CTX_set_session_ticket_cb") {
            SSL_CTX_set_session_ticket_cb(context, makeThunk, acceptThunk, nil)
        }
    }
}

/// Called before a ticket is encrypted. 1 adds our contents; 0 ends the connection.
///
/// In TLS 1.2 this is after the client's Finished was verified and before ours is sent. It is the only time at which a
/// ticket can be issued, and too late to omit the message. Without contents the ticket is empty, which means that there
/// is none.
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
    // OpenSSL copies the session next, by encoding and decoding it, until the ticket is encrypted.
    connection.beginSessionCoding()
    return 1
}

/// Called after the decryption of a ticket, successful or not. It is used only if the policy that the ClientHello
/// selected accepts it.
private func acceptThunk(
    pointer: OpaquePointer?,
    session: OpaquePointer?,
    _: UnsafePointer<UInt8>?,
    _: Int,
    status: SSL_TICKET_STATUS,
    _: UnsafeMutableRawPointer?
) -> SSL_TICKET_RETURN {
    // From here on other code than OpenSSL's runs.
    TLSCallbacks.connection(of: pointer)?.restoreLibraryContext()
    let isOpened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW
    if isOpened, let pointer, let session, TLSCallbacks.connection(of: pointer)?.mayResume(session, .ticket) == true {
        return SSL_TICKET_RETURN(SSL_TICKET_RETURN_USE)
    }
    // In TLS 1.2 only the answer that renews the ticket makes the following full handshake issue one.
    let isTLS13 = pointer.map { SSL_version($0) == TLS1_3_VERSION } ?? true
    return SSL_TICKET_RETURN(isTLS13 ? SSL_TICKET_RETURN_IGNORE : SSL_TICKET_RETURN_IGNORE_RENEW)
}

/// Called to encrypt or decrypt a ticket. 1 continues, 0 continues without a ticket, below 0 ends the connection.
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
    // OpenSSL decodes the session in the ticket next.
    connection.beginSessionCoding()
    return 1
}
