// SPDX-License-Identifier: Apache-2.0
// Policies over the client's certificate and the path that was validated.
//
// An issuer is the next certificate of the validated path, never the text in the client's certificate. A path of one
// certificate has no issuer, and neither has a chain that was taken on a proxy's word.
//
// Where a condition lets clients in, certificates are compared by their digest. Where it keeps clients out, that would be
// evaded: the holder of a certificate can present another form of its signature, and an authority has several
// certificates, renewed and cross-signed ones. There, keys and signed parts are compared.

extension AuthorizationPolicy {
    /// Clients whose certificate has one of these SHA-256 digests.
    ///
    /// Inside of `not`: also under another form of the signature, and, for digests that were taken from a `Certificate`,
    /// every certificate with the same key.
    public static func thumbprint(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
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

    /// Clients whose certificate was issued by one of these certificates, known by their SHA-256 digest.
    ///
    /// A renewed authority has another certificate: name both while certificates of both are in use. Inside of `not`, every
    /// certificate with the key of one of these is meant. The digests must come from a `Certificate` then, for a digest
    /// that was read from text does not tell the key: use `issuer(publicKey:)`.
    public static func issuer(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
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

    /// Clients whose certificate was issued by one of these certificates, known by their SHA-256 digest.
    public static func issuer(sha256 accepted: Thumbprint...) -> AuthorizationPolicy { issuer(sha256: accepted) }

    /// Clients whose validated path holds one of these authorities anywhere above the client's own certificate.
    ///
    /// Inside of `not` as `issuer(sha256:)`.
    public static func authority(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
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

    /// Clients whose validated path holds one of these authorities anywhere above the client's own certificate.
    public static func authority(sha256 accepted: Thumbprint...) -> AuthorizationPolicy { authority(sha256: accepted) }

    /// Clients whose certificate was issued by one of these keys, known by the SHA-256 digest of subjectPublicKeyInfo
    /// (`Certificate.publicKeyHash()`): it stays the same when an authority is renewed or cross-signed.
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

    /// Clients whose validated path holds one of these keys anywhere above the client's own certificate.
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

    /// Clients whose certificate was issued by an authority of this name: all of the name, compared as RFC 5280 §7.1 does.
    ///
    /// Every authority that is trusted may certify another under any name: where more than one is, say which with
    /// `.allOf([.issuer(named: …), .authority(sha256: …)])`, or use `issuer(sha256:)` alone. Inside of `not`, the name in
    /// the client's certificate counts as well.
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

    /// Workloads whose SPIFFE ID the pattern means.
    ///
    /// Inside of `not`, every URI of the certificate that the pattern means counts, also in upper case and in a certificate
    /// that is no X.509-SVID.
    ///
    /// - Parameter authorities: the SHA-256 digests of the authorities that may speak for the trust domain; needed where
    ///   authorities of several trust domains are trusted, since each could otherwise name any workload. Nil accepts all
    ///   that are trusted.
    public static func spiffeID(
        matching pattern: SPIFFEPattern,
        authorities: [Thumbprint]? = nil
    ) -> AuthorizationPolicy {
        let name = "SPIFFE ID \(pattern)"
        let workload = AuthorizationPolicy(name: name) { client, position in
            if position == .denying {
                let isNamed = client.certificate.possibleSPIFFEIDs.contains(where: pattern.matchesInAnyCase)
                return isNamed ? .allowed : .denied(reason: "the workload is another")
            }
            guard let identifier = client.certificate.spiffeID else {
                return .denied(reason: "the certificate names no workload")
            }
            return pattern.matches(identifier) ? .allowed : .denied(reason: "the workload is another")
        }
        guard let authorities else { return workload }
        return allOf([workload, authority(sha256: authorities)]).named(name)
    }
}

extension ValidatedChain {
    /// The certificate with the issuer's key; nil where the issuer is unknown.
    fileprivate var possibleIssuer: [Certificate]? {
        if let issuer { return [issuer] }
        return isValidated && leaf.isSelfSigned ? [leaf] : nil
    }

    /// The certificates with the keys above the client's own; nil where these are unknown.
    fileprivate var possibleAuthorities: [Certificate]? { authorities.isEmpty ? possibleIssuer : authorities }
}
