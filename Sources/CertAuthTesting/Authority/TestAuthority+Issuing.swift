// SPDX-License-Identifier: Apache-2.0
// Issues leaves, intermediates and cross-certificates.

import CertAuth

extension TestAuthority {
    /// Issues a leaf that is valid for a year, starting an hour ago.
    ///
    /// - Parameters:
    ///   - profile: the purpose or defect of the certificate.
    ///   - key: the subject's key; nil generates a P-256 key.
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

    /// Creates a subordinate authority that is valid for five years, starting an hour ago.
    ///
    /// - Parameters:
    ///   - key: the subordinate's key; nil generates a P-256 key.
    ///   - pathLength: the pathLenConstraint; nil sets no limit.
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

    /// Issues a cross-certificate for the name and key of `other`, so that its certificates also have a path to this
    /// authority's root.
    ///
    /// - Returns: the other authority with the same key, but with the cross-certificate and its chain.
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
    /// Returns a CA certificate's template: basicConstraints, keyUsage, subjectKeyIdentifier.
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

    /// Returns a leaf certificate's template: subjectKeyIdentifier, and basicConstraints without the cA flag.
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
