// SPDX-License-Identifier: Apache-2.0

public import Logging

/// How a proxy is identified by its own client certificate: a separate trust policy, and within it a key or a name.
///
/// Nothing is shared with the policy for clients: a client's certificate does not make it a proxy, nor the reverse.
public struct ProxyIdentity: Sendable {
    /// What distinguishes the proxy from other holders of certificates of its CA.
    public enum Match: Sendable, Hashable {
        /// The digest of the DER of its subjectPublicKeyInfo.
        case publicKey(Thumbprint)
        /// A subjectAltName, equal in kind and value.
        case name(GeneralName)

        func holds(for certificate: Certificate) -> Bool {
            switch self {
            case .publicKey(let pin): certificate.publicKeyHash(pin.algorithm) == pin
            case .name(let name): certificate.subjectAlternativeNames.contains(name)
            }
        }
    }

    /// The keys and names. One match is enough.
    package let matches: Set<Match>
    private let authenticator: CertificateAuthenticator

    /// Creates an identity with its own policy.
    ///
    /// - Parameters:
    ///   - options: the policy for the proxy's certificate. Revocation is checked as for clients, unless it says
    ///     otherwise.
    ///   - matches: the keys and names that identify the proxy.
    ///   - revocationEvidence: the CRLs for the proxy's issuers.
    ///   - logger: receives the options that are looser than their defaults.
    public init(
        options: CertificateAuthenticationOptions,
        matching matches: Set<Match>,
        revocationEvidence: RevocationEvidence = .none,
        logger: Logger = Logger(label: "certauth.proxy")
    ) throws(ForwardingConfigurationError) {
        guard !matches.isEmpty else { throw .proxyIdentityWithoutMatch }
        for match in matches {
            switch match {
            case .publicKey(let pin) where pin.algorithm == .sha1: throw .weakProxyPin(pin.hexadecimal)
            case .name(.dns(let name)) where name.contains("*") || name.isEmpty: throw .unusableProxyName("dns:\(name)")
            case .publicKey, .name(.dns), .name(.uri), .name(.email), .name(.ipAddress): break
            case .name(let name): throw .unusableProxyName("\(name)")
            }
        }
        self.matches = matches
        do throws(ConfigurationError) {
            authenticator = try CertificateAuthenticator(
                options: options,
                cache: LRUCertificateValidationCache(capacity: 64),
                revocationEvidence: revocationEvidence,
                logger: logger
            )
        } catch {
            throw .proxyPolicy(error)
        }
    }

    /// Creates an identity from one certificate. Its key is pinned, and its validity and usage are checked. To revoke
    /// the proxy if its key is compromised, remove the pin.
    public init(
        pinning certificate: Certificate,
        logger: Logger = Logger(label: "certauth.proxy")
    ) throws(ForwardingConfigurationError) {
        guard let pin = certificate.publicKeyHash() else { throw .proxyIdentityWithoutMatch }
        var options: CertificateAuthenticationOptions
        if certificate.isSelfSigned {
            options = CertificateAuthenticationOptions(trust: .noAnchors)
            options.allowedCertificateTypes = .selfSigned
            options.selfSignedPins = [.certificate(certificate.sha256Thumbprint)]
        } else {
            do throws(TrustStoreError) {
                options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [certificate])))
            } catch {
                throw .proxyPolicy(.trust(error))
            }
        }
        options.schemeName = "Proxy"
        options.revocationMode = .noCheck
        try self.init(options: options, matching: [.publicKey(pin)], logger: logger)
    }

    /// The anchors of the proxy's trust policy, sent as hints in a handshake.
    package var anchors: [Certificate] { authenticator.trustStore?.anchors ?? [] }

    /// Takes over the evidence of a replaced identity.
    func inheritEvidence(from former: ProxyIdentity) { authenticator.inherit(from: former.authenticator) }

    /// The evidence that this identity passes on.
    var inheritableEvidence: InheritedEvidence { authenticator.inheritableEvidence }

    /// Takes over the evidence of former identities.
    func take(over evidence: InheritedEvidence) { authenticator.take(over: evidence) }

    /// Whether the peer, which proved possession of the chain's key, is this proxy now.
    ///
    /// - Parameter memory: the cached checks of the connection; nil validates the chain.
    func recognises(_ chain: PresentedChain, memory: ProxyIdentityCache?) -> Bool {
        guard chain.source == .tls else { return false }
        let validate = { (record: VerdictRecord) in
            guard let leaf = record.path?.leaf else { return false }
            return matches.contains { $0.holds(for: leaf) }
        }
        let source = authenticator.verdicts
        return memory?.isProxy(chain, by: source, validate: validate)
            ?? validate(source.verdictByHeldEvidence(on: chain))
    }
}

extension CertificateForwarding {
    /// Makes the proxies' identities take over the evidence of those that they replace at a reload.
    package func inheritEvidence(from former: CertificateForwarding) {
        for identity in proxies.identities {
            for held in former.proxies.identities { identity.inheritEvidence(from: held) }
        }
    }

    /// Whether any proxy is known by its certificate.
    package var hasProxyIdentities: Bool { !proxies.identities.isEmpty }

    /// The evidence that the proxies' identities pass on.
    package var proxyEvidence: [InheritedEvidence] {
        proxies.identities.map(\.inheritableEvidence).filter { !$0.isEmpty }
    }

    /// Makes the proxies' identities take over the evidence of former ones.
    package func take(over evidence: [InheritedEvidence]) {
        for identity in proxies.identities { evidence.forEach(identity.take) }
    }
}
