// SPDX-License-Identifier: Apache-2.0
// A proxy that is known by its own client certificate on the hop to us.

public import Logging

/// How a proxy proves who it is: trust of its own, and within that one key or one name.
///
/// Nothing here is shared with the policy for clients: who may come in as a client is no proxy, and the other way round.
public struct ProxyIdentity: Sendable {
    /// What tells the proxy from everyone else its authority has certified.
    public enum Match: Sendable, Hashable {
        /// The digest of the DER of its subjectPublicKeyInfo.
        case publicKey(Thumbprint)
        /// A subjectAltName, equal in kind and to the letter.
        case name(GeneralName)

        func holds(for certificate: Certificate) -> Bool {
            switch self {
            case .publicKey(let pin): certificate.publicKeyHash(pin.algorithm) == pin
            case .name(let name): certificate.subjectAlternativeNames.contains(name)
            }
        }
    }

    /// The keys and names; each of them alone suffices.
    package let matches: Set<Match>
    private let authenticator: CertificateAuthenticator

    /// Makes an identity by a policy of its own.
    ///
    /// - Parameters:
    ///   - options: validates the proxy's certificate; revocation is checked as for clients unless it says otherwise.
    ///   - matches: the keys and names the proxy is known by.
    ///   - revocationEvidence: the CRLs at hand for the proxy's issuers.
    ///   - logger: hears of options that are looser than the defaults.
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

    /// Makes an identity of one certificate: its key is pinned, its validity and use are checked, and the pin is what
    /// to take away when the key is lost.
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

    /// The anchors of the proxy's own trust, as hints for a handshake.
    package var anchors: [Certificate] { authenticator.trustStore?.anchors ?? [] }

    /// Takes over the evidence of an identity that was in force before.
    func inheritEvidence(from former: ProxyIdentity) { authenticator.inherit(from: former.authenticator) }

    /// What the evidence of the identity passes on.
    var legacy: EvidenceLegacy { authenticator.legacy }

    /// Takes over what former identities passed on.
    func take(over legacy: EvidenceLegacy) { authenticator.take(over: legacy) }

    /// Whether a chain that the connection's peer proved to own is the proxy's, now.
    ///
    /// - Parameter memory: what is remembered of the connection; nil validates the chain.
    func recognises(_ chain: PresentedChain, memory: ProxyMemory?) -> Bool {
        guard chain.source == .tls else { return false }
        let judge = { (record: VerdictRecord) in
            guard let leaf = record.path?.leaf else { return false }
            return matches.contains { $0.holds(for: leaf) }
        }
        let source = authenticator.verdicts
        return memory?.isProxy(chain, by: source, judge: judge) ?? judge(source.verdictByHeldEvidence(on: chain))
    }
}

extension CertificateForwarding {
    /// Has the identities of the proxies take over the evidence of those that they replace at a reload.
    package func inheritEvidence(from former: CertificateForwarding) {
        for identity in proxies.identities {
            for held in former.proxies.identities { identity.inheritEvidence(from: held) }
        }
    }

    /// What the identities of the proxies pass on.
    package var proxyLegacies: [EvidenceLegacy] { proxies.identities.map(\.legacy).filter { !$0.isEmpty } }

    /// Has the identities of the proxies take over what former ones passed on.
    package func take(over legacies: [EvidenceLegacy]) {
        for identity in proxies.identities { legacies.forEach(identity.take) }
    }
}
