// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// An in-memory certification authority for tests and demonstrations. It issues valid certificates, and defective ones
/// on request.
///
///     let root = try TestAuthority("Example Root")
///     let issuing = try root.intermediate("Example Issuing", pathLength: 0)
///     let alice = try issuing.issue("alice")
///     let stale = try issuing.issue("bob", .expired)
///     let odd = try issuing.issue("carol") { $0.signatureDefect = .flippedBit }
public struct TestAuthority: Sendable {
    /// The authority's certificate.
    public let certificateDER: [UInt8]
    /// The authority's private key.
    public let key: TestKey
    /// The authority's subject, which is the issuer of its certificates.
    package let subject: NameTemplate
    /// The contents octets of its certificate's serial number.
    package let serialNumber: [UInt8]
    /// The key identifier in the authorityKeyIdentifier of issued certificates.
    package let keyIdentifier: [UInt8]
    /// The issuers in the chain of an issued leaf: this authority and those above it, nearest first, without the root.
    package let chainBelowRoot: [[UInt8]]
    /// The root's certificate, which is the trust anchor for a verifier.
    public let anchorDER: [UInt8]
    /// The source of default dates. It may be replaced at any time.
    public var clock: VerificationClock

    /// Creates a self-signed root that is valid for ten years, starting an hour ago.
    ///
    /// - Parameters:
    ///   - key: the root's key; nil generates a P-256 key.
    ///   - pathLength: the pathLenConstraint; nil sets no limit.
    ///   - customize: changes any field before the certificate is signed.
    public init(
        _ commonName: String,
        key: TestKey? = nil,
        pathLength: Int? = nil,
        clock: VerificationClock = .system,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws {
        let key = try key ?? TestKey.generate()
        let name = NameTemplate(commonName: commonName)
        var template = try Self.authorityTemplate(name, issuer: name, key: key, pathLength: pathLength, clock: clock)
        template.notAfter = .automatic(clock.now().adding(seconds: Lifetime.root))
        try customize(&template)
        let certificateDER = try template.signed(by: key)
        self.init(
            template: template,
            certificateDER: certificateDER,
            key: key,
            path: AuthorityPath(chainBelowRoot: [], anchorDER: certificateDER, clock: clock)
        )
    }

    /// Creates an authority from an existing certificate and key.
    ///
    /// - Parameters:
    ///   - issuers: the certificates above it, nearest first, the root last; empty for a root.
    public init(
        certificateDER: [UInt8],
        key: TestKey,
        issuers: [[UInt8]] = [],
        clock: VerificationClock = .system
    ) throws {
        let certificate = try Certificate(derEncoded: certificateDER)
        self.certificateDER = certificateDER
        self.key = key
        self.clock = clock
        subject = NameTemplate(encoded: certificate.subject.derEncoded)
        serialNumber = certificate.serialNumber.bytes
        keyIdentifier = try certificate.subjectKeyIdentifier ?? key.keyIdentifier()
        anchorDER = issuers.last ?? certificateDER
        chainBelowRoot = issuers.isEmpty ? [] : [certificateDER] + issuers.dropLast()
    }

    /// Creates an authority from the template that its certificate was signed from.
    init(template: CertificateTemplate, certificateDER: [UInt8], key: TestKey, path: AuthorityPath) {
        self.certificateDER = certificateDER
        self.key = key
        subject = template.subject
        serialNumber = template.serialNumber
        keyIdentifier = template.keyIdentifier
        chainBelowRoot = path.chainBelowRoot
        anchorDER = path.anchorDER
        clock = path.clock
    }

    /// The parsed certificate of the authority; throws if it was made unreadable.
    public var certificate: Certificate {
        get throws { try Certificate(derEncoded: certificateDER) }
    }

    /// The parsed certificate of the root; throws if it was made unreadable.
    public var anchor: Certificate {
        get throws { try Certificate(derEncoded: anchorDER) }
    }

    /// An identity that presents the authority's own certificate.
    public var identity: TestIdentity {
        TestIdentity(
            certificateDER: certificateDER,
            key: key,
            issuers: Array(chainBelowRoot.dropFirst()),
            anchorDER: anchorDER,
            serialNumber: serialNumber
        )
    }
}

/// An authority's position in the hierarchy, and its clock.
struct AuthorityPath {
    var chainBelowRoot: [[UInt8]]
    var anchorDER: [UInt8]
    var clock: VerificationClock
}

/// Lifetimes in seconds from issuance. All validity periods begin `lead` before it.
enum Lifetime {
    static let lead: Int64 = 3_600
    static let leaf: Int64 = 365 * 86_400
    static let intermediate: Int64 = 5 * 365 * 86_400
    static let root: Int64 = 10 * 365 * 86_400
    static let revocationList: Int64 = 7 * 86_400
}
