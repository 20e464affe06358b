// SPDX-License-Identifier: Apache-2.0
// Releases the certificates of the peer that OpenSSL keeps.

import COpenSSL

extension TLSConnection {
    /// Releases the peer's certificates that this connection and its session keep, once the handshake is complete.
    ///
    /// A session owns the peer's certificates, parsed, while the connection is open, and OpenSSL has no call to remove
    /// them. The issuers are removed from the session's own stack (`SSL_get_peer_cert_chain`). To remove the leaf, the
    /// session is encoded without it and decoded into the same object (`d2i_SSL_SESSION` with an existing one). No
    /// other connection uses this session: OpenSSL's own session cache is off.
    package func dropPeerCertificates() {
        certificateMessage = nil
        guard isHandshakeComplete else { return }
        dropPeerIssuers()
        withPointer { connection in
            if let session = SSL_get_session(connection) { Self.dropLeaf(of: session) }
            ERR_clear_error()
        }
    }

    /// Releases the issuers' certificates that the client presented, once the handshake is complete. The leaf stays,
    /// because its removal costs much more.
    package func dropPeerIssuers() {
        guard isHandshakeComplete else { return }
        withPointer { connection in
            guard let issuers = SSL_get_peer_cert_chain(connection) else { return }
            while let issuer = CA_sk_X509_pop(issuers) { X509_free(issuer) }
        }
    }

    /// The number of certificates of the peer that the session keeps. Corresponds to `SSL_get0_peer_certificate` and
    /// `SSL_get_peer_cert_chain`.
    package var keptPeerCertificates: Int {
        withPointer { connection in
            let issuers = SSL_get_peer_cert_chain(connection).map { Int(CA_sk_X509_num($0)) } ?? 0
            return issuers + (SSL_get0_peer_certificate(connection) == nil ? 0 : 1)
        }
    }

    private static func dropLeaf(of session: OpaquePointer) {
        guard SSL_SESSION_get0_peer(session) != nil,
            var encoded = try? encoded("i2d_SSL_SESSION", { i2d_SSL_SESSION(session, $0) })
        else { return }
        // The encoding contains the master secret.
        defer { encoded.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard var shorter = SessionEncoding(encoded)?.withoutPeer else { return }
        defer { shorter.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        shorter.withUnsafeBufferPointer { bytes in
            var existing: OpaquePointer? = session
            var cursor = bytes.baseAddress
            _ = d2i_SSL_SESSION(&existing, &cursor, bytes.count)
        }
    }
}

/// The DER of a session: a SEQUENCE in which `[3]` is the peer's certificate.
struct SessionEncoding {
    private let fields: [(tag: UInt8, encoding: ArraySlice<UInt8>)]

    /// - Returns: Nil unless the bytes are one SEQUENCE of complete fields.
    init?(_ bytes: [UInt8]) {
        guard let (tag, contents, rest) = Self.field(bytes[...]), tag == 0x30, rest.isEmpty else { return nil }
        var fields: [(tag: UInt8, encoding: ArraySlice<UInt8>)] = []
        var remaining = contents
        while !remaining.isEmpty {
            guard let (tag, _, rest) = Self.field(remaining) else { return nil }
            fields.append((tag, remaining[remaining.startIndex..<rest.startIndex]))
            remaining = rest
        }
        self.fields = fields
    }

    /// The same session without the peer's certificate. Nil if it contains none.
    var withoutPeer: [UInt8]? {
        guard fields.contains(where: { $0.tag == 0xA3 }) else { return nil }
        let contents = fields.filter { $0.tag != 0xA3 }.flatMap(\.encoding)
        let length = contents.count
        let header: [UInt8] =
            switch length {
            case ..<0x80: [0x30, UInt8(length)]
            case ..<0x100: [0x30, 0x81, UInt8(length)]
            default: [0x30, 0x82, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
            }
        return length <= 0xFFFF ? header + contents : nil
    }

    private static func field(
        _ bytes: ArraySlice<UInt8>
    ) -> (tag: UInt8, contents: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
        guard let tag = bytes.first, tag & 0x1F != 0x1F, let first = bytes.dropFirst().first else { return nil }
        var start = bytes.startIndex + 2
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...3).contains(count), bytes.endIndex - start >= count else { return nil }
            length = bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard length <= bytes.endIndex - start else { return nil }
        return (tag, bytes[start..<start + length], bytes[(start + length)...])
    }
}
