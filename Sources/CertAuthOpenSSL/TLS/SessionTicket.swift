// SPDX-License-Identifier: Apache-2.0
// The keys that encrypt session tickets, and the tickets that are issued after the handshake.

import COpenSSL

/// A key that encrypts and authenticates session tickets.
package struct TicketKey: Sendable, Equatable {
    /// The 16 bytes at the start of each ticket.
    package let name: [UInt8]
    /// 32 bytes for AES-256-CBC.
    let cipherKey: [UInt8]
    /// 32 bytes for HMAC-SHA-256 over the encrypted part.
    let authenticationKey: [UInt8]

    /// Derives a key from a secret. The same secret and label always give the same key; another label gives another
    /// key.
    package init(secret: [UInt8], label: [UInt8]) throws(OpenSSLError) {
        let material = try (0..<3).map { part throws(OpenSSLError) in
            try Self.authenticationCode(key: secret, message: Array("CertAuth ticket key 1".utf8) + [part] + label)
        }
        name = Array(material[0].prefix(16))
        cipherKey = material[1]
        authenticationKey = material[2]
    }

    /// Random bytes for a secret that only this process uses. Corresponds to `RAND_priv_bytes`.
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

/// The current ticket keys of a server.
package struct TicketKeyring: Sendable {
    /// The key for new tickets. Nil if no tickets are issued.
    let current: @Sendable () -> TicketKey?
    /// The key with this name, to decrypt a ticket. Nil if the key is unknown or too old.
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
    /// Writes one ticket with these contents to the output, on a TLS 1.3 server after the handshake.
    ///
    /// Corresponds to `SSL_new_session_ticket`.
    package func issueTicket(contents: [UInt8]) throws(OpenSSLError) {
        ticketContents = contents
        defer {
            ticketContents = nil
            restoreLibraryContext()
        }
        try checkedStatus("SSL_new_session_ticket") { withPointer { SSL_new_session_ticket($0) } }
        try checkedStatus("SSL_do_handshake") { withPointer { SSL_do_handshake($0) } }
    }
}
