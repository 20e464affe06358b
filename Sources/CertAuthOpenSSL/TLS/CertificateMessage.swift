// SPDX-License-Identifier: Apache-2.0
// The certificates of a Certificate message in their wire format, so that nothing has to be encoded again.

import COpenSSL

/// The certificates that a client presented: their encodings and the objects that OpenSSL decoded.
package struct PresentedCertificates: Sendable {
    /// Leaf first. Empty if the screening returned `acceptUnread`.
    package let handles: [X509Certificate]
    /// The encoding of each certificate as received, in the same order.
    package let encodings: [[UInt8]]
}

/// A Certificate message.
package struct CertificateMessage: Sendable, Equatable {
    /// In the order of the message. Empty if the client has no certificate.
    package let certificates: [[UInt8]]

    /// Reads a complete handshake message, including its header.
    ///
    /// OpenSSL has limited its length (`SSL_CTX_set_max_cert_list`) and reads the same bytes afterwards.
    ///
    /// - Returns: Nil unless the bytes are exactly one Certificate message.
    /// - Source: RFC 5246 section 7.4.2, RFC 8446 section 4.4.2.
    init?(_ message: UnsafeRawBufferPointer, isTLS13: Bool) {
        var rest = Slice(base: message, bounds: message.indices)
        guard rest.popFirst() == UInt8(SSL3_MT_CERTIFICATE), var body = Self.vector(3, of: &rest), rest.isEmpty else {
            return nil
        }
        // A TLS 1.3 message repeats the context of the request, which OpenSSL compares.
        if isTLS13, Self.vector(1, of: &body) == nil { return nil }
        guard var list = Self.vector(3, of: &body), body.isEmpty else { return nil }
        var certificates: [[UInt8]] = []
        while !list.isEmpty {
            guard let certificate = Self.vector(3, of: &list), !certificate.isEmpty else { return nil }
            if isTLS13, Self.vector(2, of: &list) == nil { return nil }
            certificates.append(Array(certificate))
        }
        self.certificates = certificates
    }

    /// Parses a message in an array.
    package init?(_ message: [UInt8], isTLS13: Bool) {
        guard let read = message.withUnsafeBytes({ CertificateMessage($0, isTLS13: isTLS13) }) else { return nil }
        self = read
    }

    /// Removes a vector from the front of `rest`. Its length precedes it in `size` bytes.
    private static func vector(
        _ size: Int,
        of rest: inout Slice<UnsafeRawBufferPointer>
    ) -> Slice<UnsafeRawBufferPointer>? {
        guard rest.count >= size else { return nil }
        let count = rest.prefix(size).reduce(0) { $0 << 8 | Int($1) }
        rest.removeFirst(size)
        guard count <= rest.count else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count)
    }
}

extension TLSConnection {
    /// Screens a Certificate message that OpenSSL has received and not parsed yet.
    ///
    /// - Parameter message: Nil if the message cannot be read. OpenSSL detects that too, but only after it has decoded
    ///   the certificates before the malformed part.
    func screen(_ message: CertificateMessage?) {
        certificateMessage = message
        guard context.role == .server else { return }
        if let message {
            screening = message.certificates.isEmpty ? .accept : presentedScreening?(message.certificates) ?? .accept
        } else {
            screening = .refuse(.badCertificate)
        }
        guard case .refuse = screening else { return }
        certificateMessage = nil
        stopDecodingKeys()
    }
}
