// SPDX-License-Identifier: Apache-2.0
// What a trace keeps of a certificate.

internal import CertAuthOpenSSL

/// A certificate of a path that was tried, as short texts and digests: neither its DER nor anything parsed.
public struct TracedCertificate: Sendable, Hashable {
    /// One for all attempts that the certificate is part of.
    private final class Storage: Sendable {
        let subject: String
        let issuer: String
        let serialNumber: String
        let sha256: Thumbprint
        /// SHA-256 of the key of the issuer's name; nil if names can't be compared with it, or OpenSSL could not hash.
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

    /// The longest text of the client's own certificate, in UTF-8 bytes: logs show its names.
    static let leafTextBytes = 512
    /// The longest text of another certificate.
    static let otherTextBytes = 192

    /// - Parameter isLeaf: whether it is the client's own certificate, whose texts may be longer.
    package init(_ certificate: Certificate, isLeaf: Bool) {
        storage = Storage(certificate, textBytes: isLeaf ? Self.leafTextBytes : Self.otherTextBytes)
    }

    /// The values of each certificate of a path, the leaf first.
    package static func path(_ certificates: [Certificate]) -> [TracedCertificate] {
        certificates.enumerated().map { TracedCertificate($0.element, isLeaf: $0.offset == 0) }
    }

    /// The subject as text, or the serial number when the subject is empty; escaped and cut, safe to print.
    public var subject: String { storage.subject }
    /// The issuer's name as text; escaped and cut, safe to print.
    public var issuer: String { storage.issuer }
    /// The serial number in hexadecimal digits, at most 64 of them.
    public var serialNumber: String { storage.serialNumber }
    /// The SHA-256 digest of the DER.
    public var sha256Thumbprint: Thumbprint { storage.sha256 }

    /// Whether `issuer` is the name of its issuer by RFC 5280 §7.1; true as well where that can't be told.
    package func mayBeIssued(by issuer: DistinguishedName) -> Bool {
        guard let known = storage.issuerDigest, let asked = Self.digest(of: issuer) else { return true }
        return known == asked
    }

    private static func digest(of name: DistinguishedName) -> [UInt8]? {
        let key = NameKey(name)
        return key.isCertain ? try? DigestAlgorithm.sha256.digest(key.bytes) : nil
    }

    func isSameStorage(as other: TracedCertificate) -> Bool { storage === other.storage }

    /// About how much memory it takes.
    var estimatedBytes: Int {
        288 + subject.utf8.count + issuer.utf8.count + serialNumber.utf8.count
    }

    /// Equal when the DER of the certificates is.
    public static func == (left: TracedCertificate, right: TracedCertificate) -> Bool {
        left.sha256Thumbprint == right.sha256Thumbprint
    }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(sha256Thumbprint) }
}

extension TracedCertificate: CustomStringConvertible {
    /// The same as `subject`.
    public var description: String { subject }
}
