// SPDX-License-Identifier: Apache-2.0
// A certificate authority in memory: for tests, development and demonstrations.

public import CertAuth

/// A certificate authority that issues right certificates, and wrong ones on request.
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
    package let key: TestKey
    /// Its subject, which is the issuer of what it issues.
    package let subject: NameTemplate
    /// The contents octets of its certificate's serial number.
    package let serialNumber: [UInt8]
    /// The key identifier that stands in what it issues.
    package let keyIdentifier: [UInt8]
    /// What follows an issued leaf in its chain: this authority and those above it, nearest first, without the root.
    package let chainBelowRoot: [[UInt8]]
    /// The root's certificate: what a verifier has to trust.
    public let anchorDER: [UInt8]
    /// Where default dates come from; may be replaced at any time.
    public var clock: VerificationClock

    /// Makes a root: self-signed, valid from an hour ago for ten years.
    ///
    /// - Parameters:
    ///   - key: nil makes a new P-256 key.
    ///   - pathLength: how many intermediates may follow; nil sets no limit.
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

    /// Takes up an authority that was made elsewhere.
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

    /// An authority from the template it was signed with.
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

    /// The authority's certificate, parsed; throws when it was made unreadable.
    public var certificate: Certificate {
        get throws { try Certificate(derEncoded: certificateDER) }
    }

    /// The root's certificate, parsed; throws when it was made unreadable.
    public var anchor: Certificate {
        get throws { try Certificate(derEncoded: anchorDER) }
    }

    /// The authority as one that presents its own certificate.
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

/// Where an authority stands.
struct AuthorityPath {
    var chainBelowRoot: [[UInt8]]
    var anchorDER: [UInt8]
    var clock: VerificationClock
}

/// How long certificates live, in seconds from the moment of issue; all begin an hour before it.
enum Lifetime {
    static let lead: Int64 = 3_600
    static let leaf: Int64 = 365 * 86_400
    static let intermediate: Int64 = 5 * 365 * 86_400
    static let root: Int64 = 10 * 365 * 86_400
    static let revocationList: Int64 = 7 * 86_400
}
