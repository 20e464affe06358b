// SPDX-License-Identifier: Apache-2.0

/// A rule that extracts identifiers of the holder from a client's certificate.
///
/// A certificate contains whatever its CA permits: choose rules by what that CA verifies.
public struct IdentityRule: Sendable {
    /// The name of the rule in log messages.
    package let name: String
    /// Whether the identifiers name one account, key or certificate (the strong forms of KB5014754), and not a name
    /// that other certificates may contain too.
    package let isStrong: Bool
    /// Whether the identifiers name an account. Then an unknown identifier contradicts every other account.
    let namesAccount: Bool
    let identifiers: @Sendable (ValidatedChain) throws(Finding) -> [CertificateIdentifier]

    private init(
        _ name: String,
        isStrong: Bool = false,
        namesAccount: Bool = false,
        _ identifiers: @escaping @Sendable (ValidatedChain) throws(Finding) -> [CertificateIdentifier]
    ) {
        self.name = name
        self.isStrong = isStrong
        self.namesAccount = namesAccount
        self.identifiers = identifiers
    }

    /// A rule for the alternative names that `select` accepts.
    private static func alternativeNames(
        _ kind: CertificateIdentifier.Kind,
        _ select: @escaping @Sendable (GeneralName) -> CertificateIdentifier?
    ) -> IdentityRule {
        IdentityRule(kind.rawValue) { $0.leaf.subjectAlternativeNames.compactMap(select) }
    }
}

extension IdentityRule {
    /// The whole subject; none if it is empty.
    public static let subject = IdentityRule("subject") { $0.leaf.subject.isEmpty ? [] : [.subject($0.leaf.subject)] }

    /// Each attribute of one type in the subject, for example commonName.
    public static func subjectAttribute(_ type: OID) -> IdentityRule {
        IdentityRule("subject-attribute \(type)") { chain in
            chain.leaf.subject.values(of: type).map { .subjectAttribute(type, $0) }
        }
    }

    /// Each rfc822Name.
    public static let email = alternativeNames(.email) { if case .email(let text) = $0 { .email(text) } else { nil } }
    /// Each dNSName.
    public static let dns = alternativeNames(.dns) { if case .dns(let text) = $0 { .dns(text) } else { nil } }
    /// Each uniformResourceIdentifier.
    public static let uri = alternativeNames(.uri) { if case .uri(let text) = $0 { .uri(text) } else { nil } }
    /// Each iPAddress.
    public static let ipAddress = alternativeNames(.ipAddress) { name in
        if case .ipAddress = name { .ipAddress(name.value) } else { nil }
    }
    /// Each directoryName.
    public static let directoryName = alternativeNames(.directoryName) { name in
        if case .directory(let found) = name { .directoryName(found) } else { nil }
    }
    /// Each registeredID.
    public static let registeredID = alternativeNames(.registeredID) { name in
        if case .registeredID(let found) = name { .registeredID(found) } else { nil }
    }
    /// Each user principal name.
    public static let userPrincipalName = alternativeNames(.userPrincipalName) { name in
        guard case .otherName(let other) = name, other.type == .userPrincipalName else { return nil }
        return other.text.map { .userPrincipalName($0) }
    }

    /// Each otherName of this type whose value is a string.
    public static func otherName(_ type: OID) -> IdentityRule {
        alternativeNames(.otherName) { name in
            guard case .otherName(let other) = name, other.type == type, other.mayIdentify else { return nil }
            return other.text.map { .otherName(type, $0) }
        }
    }

    /// The workload in a trust domain, by the rules of an X.509-SVID.
    ///
    /// - Parameter authorities: the SHA-256 digests of the CA certificates that may issue for the trust domain. One
    ///   must be on the validated path. Nil if all trusted CAs may.
    public static func spiffeID(trustDomain: String, authorities: Set<Thumbprint>? = nil) -> IdentityRule {
        IdentityRule("spiffe-id \(trustDomain)") { chain in
            guard let found = chain.leaf.spiffeID, found.trustDomain == trustDomain else { return [] }
            let isTheirs = authorities.map { chain.isBelow($0) } ?? true
            return isTheirs ? [.spiffeID(found)] : []
        }
    }

    /// The issuer's name and the serial number.
    public static let issuerAndSerialNumber = IdentityRule("issuer-and-serial", isStrong: true) { chain in
        [.issuerAndSerialNumber(chain.leaf.issuer, chain.leaf.serialNumber)]
    }

    /// The subjectKeyIdentifier extension. The requester of a certificate may be able to choose it: it is only as
    /// reliable as the CA.
    public static let subjectKeyIdentifier = IdentityRule("subject-key-identifier", isStrong: true) { chain in
        chain.leaf.subjectKeyIdentifier.map { [.subjectKeyIdentifier($0)] } ?? []
    }

    /// The SHA-256 digest of the certificate.
    public static let thumbprint = IdentityRule("thumbprint", isStrong: true) { chain in
        [.thumbprint(chain.leaf.sha256Thumbprint)]
    }

    /// The SHA-256 digest of the public key. It does not change when a certificate is renewed with the same key.
    public static let publicKey = IdentityRule("public-key", isStrong: true) { chain in
        chain.leaf.publicKeyHash(.sha256).map { [.publicKey($0)] } ?? []
    }
}

extension IdentityRule {
    /// The Windows account in the extension 1.3.6.1.4.1.311.25.2.
    ///
    /// The client is refused if that extension or a SID in a URI is malformed, or if the certificate names two
    /// accounts.
    public static let securityIdentifier = IdentityRule(
        "sid",
        isStrong: true,
        namesAccount: true
    ) { chain throws(Finding) in
        try WindowsSecurityIdentifiers(chain.leaf).inExtension.map { [.securityIdentifier($0)] } ?? []
    }

    /// The Windows account in a URI of the subjectAltName, for CAs that cannot issue the extension.
    ///
    /// It refuses what `securityIdentifier` refuses.
    public static let securityIdentifierURI = IdentityRule(
        "sid in a uri",
        isStrong: true,
        namesAccount: true
    ) { chain throws(Finding) in
        try WindowsSecurityIdentifiers(chain.leaf).inURI.map { [.securityIdentifier($0)] } ?? []
    }

    /// The strong forms of altSecurityIdentities: issuer and serial number, key identifier, SHA-1 digest.
    public static let altSecurityIdentities = IdentityRule("altSecurityIdentities", isStrong: true) { chain in
        let leaf = chain.leaf
        var found: [CertificateIdentifier] = [.issuerAndSerialNumber(leaf.issuer, leaf.serialNumber)]
        if let octets = leaf.subjectKeyIdentifier { found.append(.subjectKeyIdentifier(octets)) }
        if let digest = leaf.thumbprint(.sha1) { found.append(.thumbprint(digest)) }
        return found
    }

    /// The weak forms of altSecurityIdentities: issuer and subject, subject, mail address. Windows refuses them since
    /// KB5014754, because anyone who obtains a certificate with a user's name can impersonate that user.
    public static let insecurelyWeakAltSecurityIdentities = IdentityRule("weak altSecurityIdentities") { chain in
        let leaf = chain.leaf
        let names: [CertificateIdentifier] =
            leaf.subject.isEmpty ? [] : [.issuerAndSubject(leaf.issuer, leaf.subject), .subject(leaf.subject)]
        let addresses = leaf.subjectAlternativeNames.compactMap { name -> CertificateIdentifier? in
            if case .email(let text) = name { .email(text) } else { nil }
        }
        return names + addresses
    }
}

extension ValidatedChain {
    /// Whether one of these CA certificates is on the validated path above the client's certificate.
    package func isBelow(_ authorities: Set<Thumbprint>) -> Bool {
        self.authorities.contains { authorities.contains($0.sha256Thumbprint) }
    }
}
