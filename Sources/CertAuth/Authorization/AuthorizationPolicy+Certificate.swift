// SPDX-License-Identifier: Apache-2.0
// Policies over the client's certificate and the path that was validated.
//
// An issuer is the next certificate of the validated path, never the text in the client's certificate: that text is
// what somebody's authority let stand there. A path of one certificate has no issuer, and neither has a chain that was
// taken on a proxy's word.

extension AuthorizationPolicy {
    /// Clients whose certificate has one of these SHA-256 digests.
    public static func thumbprint(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
        digests(accepted, name: "thumbprint", denial: "the certificate's digest is not among those accepted") {
            [$0.certificate]
        }
    }

    /// Clients whose certificate has one of these SHA-256 digests.
    public static func thumbprint(sha256 accepted: Thumbprint...) -> AuthorizationPolicy {
        thumbprint(sha256: accepted)
    }

    /// Clients whose certificate was issued by one of these certificates, known by their SHA-256 digest.
    ///
    /// A renewed authority has another certificate: name both while certificates of both are about.
    public static func issuer(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
        digests(accepted, name: "issuer", denial: "the issuing certificate is not among those accepted") {
            $0.chain.issuer.map { [$0] } ?? []
        }
    }

    /// Clients whose certificate was issued by one of these certificates, known by their SHA-256 digest.
    public static func issuer(sha256 accepted: Thumbprint...) -> AuthorizationPolicy { issuer(sha256: accepted) }

    /// Clients whose validated path holds one of these authorities anywhere above the client's own certificate.
    public static func authority(sha256 accepted: [Thumbprint]) -> AuthorizationPolicy {
        digests(accepted, name: "authority", denial: "no authority of the path is among those accepted") {
            $0.chain.authorities
        }
    }

    /// Clients whose validated path holds one of these authorities anywhere above the client's own certificate.
    public static func authority(sha256 accepted: Thumbprint...) -> AuthorizationPolicy { authority(sha256: accepted) }

    /// Clients whose certificate was issued by an authority of this name: all of the name, compared as RFC 5280 §7.1 does.
    ///
    /// Every authority that is trusted may certify another under any name: where more than one is, say which with
    /// `.allOf([.issuer(named: …), .authority(sha256: …)])`, or use `issuer(sha256:)` alone.
    public static func issuer(named name: DistinguishedName) -> AuthorizationPolicy {
        AuthorizationPolicy(name: "issuer \(name)") { client in
            guard !name.isEmpty else { throw AuthorizationPolicyError.empty(policy: "issuer") }
            let isIssuer = client.chain.issuer?.subject.matches(name) ?? false
            return isIssuer ? .allowed : .denied(reason: "the issuing certificate has another name")
        }
    }

    /// Workloads whose SPIFFE ID the pattern means.
    ///
    /// - Parameter authorities: the SHA-256 digests of the authorities that may speak for the trust domain; needed where
    ///   authorities of several trust domains are trusted, since each could otherwise name any workload. Nil accepts all
    ///   that are trusted.
    public static func spiffeID(
        matching pattern: SPIFFEPattern,
        authorities: [Thumbprint]? = nil
    ) -> AuthorizationPolicy {
        let name = "SPIFFE ID \(pattern)"
        let workload = AuthorizationPolicy(name: name) { client in
            guard let identifier = client.certificate.spiffeID else {
                return .denied(reason: "the certificate names no workload")
            }
            return pattern.matches(identifier) ? .allowed : .denied(reason: "the workload is another")
        }
        guard let authorities else { return workload }
        return allOf([workload, authority(sha256: authorities)]).named(name)
    }

    private static func digests(
        _ accepted: [Thumbprint],
        name: String,
        denial: String,
        _ certificates: @escaping @Sendable (AuthenticatedClient) -> [Certificate]
    ) -> AuthorizationPolicy {
        let set = Set(accepted)
        let isSHA256 = accepted.allSatisfy { $0.algorithm == .sha256 }
        let name = "\(name) \(accepted.map(\.hexadecimal).joined(separator: ", "))"
        return AuthorizationPolicy(name: name) { client in
            guard !set.isEmpty else { throw AuthorizationPolicyError.empty(policy: name) }
            guard isSHA256 else { throw AuthorizationPolicyError.notSHA256(policy: name) }
            let isKnown = certificates(client).contains { set.contains($0.sha256Thumbprint) }
            return isKnown ? .allowed : .denied(reason: denial)
        }
    }
}
