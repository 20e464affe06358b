// SPDX-License-Identifier: Apache-2.0
// What an authority issues: leaves, intermediates and cross-certificates.

import CertAuth

extension TestAuthority {
    /// Issues a leaf, valid from an hour ago for a year.
    ///
    /// - Parameters:
    ///   - profile: what the certificate is for.
    ///   - key: nil makes a new P-256 key.
    ///   - customize: changes any field before the certificate is signed.
    public func issue(
        _ commonName: String,
        _ profile: LeafProfile = .client,
        key: TestKey? = nil,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestIdentity {
        let key = try key ?? TestKey.generate()
        var template = try Self.leafTemplate(
            NameTemplate(commonName: commonName),
            issuer: subject,
            key: key,
            clock: clock
        )
        template.extensions.replace(.authorityKeyIdentifier(keyIdentifier))
        profile.apply(to: &template, now: clock.now())
        try customize(&template)
        return TestIdentity(
            certificateDER: try template.signed(by: self.key),
            key: key,
            issuers: chainBelowRoot,
            anchorDER: anchorDER,
            serialNumber: template.serialNumber
        )
    }

    /// Makes an authority below this one, valid from an hour ago for five years.
    ///
    /// - Parameters:
    ///   - key: nil makes a new P-256 key.
    ///   - pathLength: how many intermediates may follow; nil sets no limit.
    ///   - customize: changes any field before the certificate is signed.
    public func intermediate(
        _ commonName: String,
        key: TestKey? = nil,
        pathLength: Int? = nil,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestAuthority {
        try subordinate(
            NameTemplate(commonName: commonName),
            key: key ?? TestKey.generate(),
            pathLength: pathLength,
            customize
        )
    }

    /// Certifies the name and key of `other`, so that what it issued also leads to this authority's root.
    ///
    /// - Returns: the other authority as seen through this one: same key, other certificate, other chain.
    public func crossSign(
        _ other: TestAuthority,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestAuthority {
        try subordinate(other.subject, key: other.key, pathLength: nil) { template in
            template.extensions.replace(.subjectKeyIdentifier(other.keyIdentifier))
            template.keyIdentifier = other.keyIdentifier
            try customize(&template)
        }
    }

    private func subordinate(
        _ name: NameTemplate,
        key: TestKey,
        pathLength: Int?,
        _ customize: (inout CertificateTemplate) throws -> Void
    ) throws -> TestAuthority {
        var template = try Self.authorityTemplate(name, issuer: subject, key: key, pathLength: pathLength, clock: clock)
        template.extensions.append(.authorityKeyIdentifier(keyIdentifier))
        try customize(&template)
        let certificateDER = try template.signed(by: self.key)
        let path = AuthorityPath(
            chainBelowRoot: [certificateDER] + chainBelowRoot,
            anchorDER: anchorDER,
            clock: clock
        )
        return TestAuthority(template: template, certificateDER: certificateDER, key: key, path: path)
    }
}

extension TestAuthority {
    /// A CA certificate's template: basicConstraints, keyUsage, subjectKeyIdentifier.
    static func authorityTemplate(
        _ name: NameTemplate,
        issuer: NameTemplate,
        key: TestKey,
        pathLength: Int?,
        clock: VerificationClock
    ) throws -> CertificateTemplate {
        var template = try baseTemplate(name, issuer: issuer, key: key, clock: clock, lifetime: Lifetime.intermediate)
        template.extensions = [
            .basicConstraints(isAuthority: true, pathLength: pathLength),
            .keyUsage([.keyCertSign, .cRLSign]),
            .subjectKeyIdentifier(template.keyIdentifier),
        ]
        return template
    }

    /// A leaf certificate's template: subjectKeyIdentifier, and basicConstraints that say it is no CA.
    static func leafTemplate(
        _ name: NameTemplate,
        issuer: NameTemplate,
        key: TestKey,
        clock: VerificationClock
    ) throws -> CertificateTemplate {
        var template = try baseTemplate(name, issuer: issuer, key: key, clock: clock, lifetime: Lifetime.leaf)
        template.extensions = [
            .basicConstraints(isAuthority: false),
            .subjectKeyIdentifier(template.keyIdentifier),
        ]
        return template
    }

    private static func baseTemplate(
        _ name: NameTemplate,
        issuer: NameTemplate,
        key: TestKey,
        clock: VerificationClock,
        lifetime: Int64
    ) throws -> CertificateTemplate {
        let now = clock.now()
        var template = CertificateTemplate(
            subject: name,
            issuer: issuer,
            validity: now.adding(seconds: -Lifetime.lead)...now.adding(seconds: lifetime),
            subjectPublicKeyInfo: try key.subjectPublicKeyInfo()
        )
        template.keyIdentifier = try key.keyIdentifier()
        return template
    }
}
