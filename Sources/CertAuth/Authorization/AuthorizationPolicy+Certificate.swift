// SPDX-License-Identifier: Apache-2.0
// Policies on the client's certificate and its validated path.
//
// The issuer is the next certificate of the validated path, never the issuer name in the client's certificate. A path
// of one certificate has no issuer, and neither has a chain that was accepted on a proxy's statement.
//
// If meeting a condition admits clients, certificates are compared by their digest. If it excludes clients, that could
// be evaded: the holder of a certificate can present it with another form of its signature, and a CA has several
// certificates, renewed and cross-signed ones. Then keys and signed parts are compared.

extension AuthorizationPolicy {
    /// Clients whose certificate has one of these SHA-256 digests.
    ///
    /// Inside `not`, other forms of the signature match too. For digests that were taken from a `Certificate`, so does
    /// every certificate with the same key.
    package static func thumbprint(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
        let condition = CertificateCondition(accepted, named: "thumbprint")
        return AuthorizationPolicy(name: condition.name) { client, position in
            let isMet =
                switch position {
                case .granting: try condition.matchesExactly([client.certificate])
                case .denying: try condition.matchesAnyForm(of: client.certificate)
                }
            return isMet ? .allowed : .denied(reason: "the certificate's digest is not among those accepted")
        }
    }

    /// Clients whose certificate has one of these SHA-256 digests.
    public static func thumbprint(sha256 accepted: Thumbprint...) -> AuthorizationPolicy {
        thumbprint(sha256: accepted)
    }

    /// Clients whose certificate was issued by one of these certificates, identified by their SHA-256 digest.
    ///
    /// A renewed CA has another certificate: list both while certificates of both are in use. Inside `not`, every
    /// certificate with the key of one of these matches. Then the digests must come from a `Certificate`, because a
    /// digest that was parsed from text does not determine the key. For such digests, use `issuer(publicKey:)`.
    package static func issuer(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
        let condition = CertificateCondition(accepted, named: "issuer")
        return AuthorizationPolicy(name: condition.name) { client, position in
            let isMet =
                switch position {
                case .granting: try condition.matchesExactly(client.chain.issuer.map { [$0] } ?? [])
                case .denying: try condition.matchesKey(client.chain.possibleIssuer)
                }
            return isMet ? .allowed : .denied(reason: "the issuing certificate is not among those accepted")
        }
    }

    /// Clients whose certificate was issued by one of these certificates, identified by their SHA-256 digest.
    public static func issuer(sha256 accepted: Thumbprint...) -> AuthorizationPolicy { issuer(sha256: accepted) }

    /// Clients whose validated path contains one of these CA certificates above the client's own certificate.
    ///
    /// For `not`, see `issuer(sha256:)`.
    package static func authority(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
        let condition = CertificateCondition(accepted, named: "authority")
        return AuthorizationPolicy(name: condition.name) { client, position in
            let isMet =
                switch position {
                case .granting: try condition.matchesExactly(client.chain.authorities)
                case .denying: try condition.matchesKey(client.chain.possibleAuthorities)
                }
            return isMet ? .allowed : .denied(reason: "no authority of the path is among those accepted")
        }
    }

    /// Clients whose validated path contains one of these CA certificates above the client's own certificate.
    public static func authority(sha256 accepted: Thumbprint...) -> AuthorizationPolicy { authority(sha256: accepted) }

    /// Clients whose certificate was issued by one of these keys, identified by the SHA-256 digest of
    /// subjectPublicKeyInfo (`Certificate.publicKeyHash()`). The digest does not change when a CA is renewed or
    /// cross-signed.
    public static func issuer(publicKey accepted: Thumbprint...) -> AuthorizationPolicy {
        let condition = CertificateCondition(accepted, named: "issuer key")
        return AuthorizationPolicy(name: condition.name) { client, position in
            let isMet =
                switch position {
                case .granting: try condition.matchesKeyDigest(client.chain.issuer.map { [$0] } ?? [])
                case .denying: try condition.matchesKeyDigest(client.chain.possibleIssuer)
                }
            return isMet ? .allowed : .denied(reason: "the key of the issuing certificate is not among those accepted")
        }
    }

    /// Clients whose validated path contains one of these keys above the client's own certificate.
    public static func authority(publicKey accepted: Thumbprint...) -> AuthorizationPolicy {
        let condition = CertificateCondition(accepted, named: "authority key")
        return AuthorizationPolicy(name: condition.name) { client, position in
            let isMet =
                switch position {
                case .granting: try condition.matchesKeyDigest(client.chain.authorities)
                case .denying: try condition.matchesKeyDigest(client.chain.possibleAuthorities)
                }
            return isMet ? .allowed : .denied(reason: "no authority of the path has an accepted key")
        }
    }

    /// Clients whose certificate was issued by a CA with this name. The whole name is compared by RFC 5280 §7.1.
    ///
    /// Every trusted CA can certify another CA with any name. If there are several, select one with
    /// `.allOf([.issuer(named: …), .authority(sha256: …)])`, or use `issuer(sha256:)` alone. Inside `not`, the issuer
    /// name in the client's certificate counts too.
    public static func issuer(named name: DistinguishedName) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "issuer \(name)") { client, position in
            guard !name.isEmpty else { throw AuthorizationPolicyError.empty(policy: "issuer") }
            let isIssuer =
                switch position {
                case .granting: client.chain.issuer?.subject.matches(name) ?? false
                case .denying:
                    client.certificate.issuer.mayMatch(name) || client.chain.issuer?.subject.mayMatch(name) ?? false
                }
            return isIssuer ? .allowed : .denied(reason: "the issuing certificate has another name")
        }
    }

    /// Workloads whose SPIFFE ID matches the pattern.
    ///
    /// Inside `not`, every URI of the certificate that matches counts, also in upper case and in a certificate that is
    /// not an X.509-SVID.
    ///
    /// - Parameter authorities: the SHA-256 digests of the CA certificates that may issue for the trust domain. Set it
    ///   if CAs of several trust domains are trusted, because otherwise each could name any workload. Nil accepts all
    ///   trusted CAs.
    public static func spiffeID(
        matching pattern: SPIFFEPattern,
        authorities: [Thumbprint]? = nil
    ) -> AuthorizationPolicy {
        let name = "SPIFFE ID \(pattern)"
        let workload = AuthorizationPolicy(name: name) { client, position in
            if position == .denying {
                let isNamed = client.certificate.possibleSPIFFEIDs.contains(where: pattern.matchesInAnyCase)
                return isNamed ? .allowed : .denied(reason: "the certificate names another workload")
            }
            guard let identifier = client.certificate.spiffeID else {
                return .denied(reason: "the certificate names no workload")
            }
            return pattern.matches(identifier) ? .allowed : .denied(reason: "the certificate names another workload")
        }
        guard let authorities else { return workload }
        return allOf([workload, authority(sha256: authorities)]).named(name)
    }
}

extension ValidatedChain {
    /// The certificate with the issuer's key; nil if the issuer is unknown.
    fileprivate var possibleIssuer: [Certificate]? {
        if let issuer { return [issuer] }
        return isValidated && leaf.isSelfSigned ? [leaf] : nil
    }

    /// The certificates with the keys above the client's own; nil if they are unknown.
    fileprivate var possibleAuthorities: [Certificate]? { authorities.isEmpty ? possibleIssuer : authorities }
}
