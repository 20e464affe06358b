// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// A certificate in the trace of a validation: short texts and digests. It contains neither the DER nor anything
/// parsed.
package struct TracedCertificate: Sendable, Hashable {
    /// Shared by all attempts that contain the certificate.
    private final class Storage: Sendable {
        let subject: String
        let issuer: String
        let serialNumber: String
        let sha256: Thumbprint
        /// The SHA-256 digest of the issuer's canonical name. Nil if the name cannot be compared by it, or if OpenSSL
        /// cannot hash.
        let issuerDigest: [UInt8]?

        init(_ certificate: Certificate, textBytes: Int) {
            subject = DisplayText.capped("\(certificate)", bytes: textBytes)
            issuer = DisplayText.capped(DisplayText.escaped(certificate.issuer.rfc4514), bytes: textBytes)
            serialNumber = DisplayText.capped(certificate.serialNumber.hexadecimal, bytes: 64)
            sha256 = certificate.sha256Thumbprint
            issuerDigest = TracedCertificate.digest(of: certificate.issuer)
        }
    }

    private let storage: Storage

    /// The maximum length of texts of the client's own certificate, in UTF-8 bytes. It is larger because logs show its
    /// names.
    static let leafTextBytes = 512
    /// The maximum length of texts of other certificates, in UTF-8 bytes.
    static let otherTextBytes = 192

    /// - Parameter isLeaf: whether this is the client's own certificate, whose texts may be longer.
    package init(_ certificate: Certificate, isLeaf: Bool) {
        storage = Storage(certificate, textBytes: isLeaf ? Self.leafTextBytes : Self.otherTextBytes)
    }

    /// Converts the certificates of a path, the end-entity certificate first.
    package static func path(_ certificates: [Certificate]) -> [TracedCertificate] {
        certificates.enumerated().map { TracedCertificate($0.element, isLeaf: $0.offset == 0) }
    }

    /// The subject as text, or the serial number if the subject is empty. Escaped and truncated, safe to print.
    package var subject: String { storage.subject }
    /// The issuer's name as text. Escaped and truncated, safe to print.
    package var issuer: String { storage.issuer }
    /// The serial number, at most 64 hexadecimal digits.
    package var serialNumber: String { storage.serialNumber }
    /// The SHA-256 digest of the DER.
    package var sha256Thumbprint: Thumbprint { storage.sha256 }

    /// Whether `issuer` is the name of its issuer by RFC 5280 §7.1. Also true if the names cannot be compared.
    package func mayBeIssued(by issuer: DistinguishedName) -> Bool {
        guard let known = storage.issuerDigest, let asked = Self.digest(of: issuer) else { return true }
        return known == asked
    }

    /// See `Storage.issuerDigest`.
    var issuerDigest: [UInt8]? { storage.issuerDigest }

    /// The SHA-256 digest of a canonical name. Nil if the name cannot be compared by it, or if OpenSSL cannot hash.
    static func digest(of name: DistinguishedName) -> [UInt8]? {
        let key = NameKey(name)
        return key.isCertain ? try? DigestAlgorithm.sha256.digest(key.bytes) : nil
    }

    func isSameStorage(as other: TracedCertificate) -> Bool { storage === other.storage }

    /// An estimate of its memory in bytes.
    var estimatedBytes: Int {
        288 + subject.utf8.count + issuer.utf8.count + serialNumber.utf8.count
    }

    /// Compares the DER of the certificates by its digest.
    package static func == (left: TracedCertificate, right: TracedCertificate) -> Bool {
        left.sha256Thumbprint == right.sha256Thumbprint
    }

    /// Hashes the digest.
    package func hash(into hasher: inout Hasher) { hasher.combine(sha256Thumbprint) }
}

extension TracedCertificate: CustomStringConvertible {
    /// The same as `subject`.
    package var description: String { subject }
}
