// SPDX-License-Identifier: Apache-2.0
// The forwarding of a listener's configuration.

import CertAuth
import CertAuthTLS

extension HTTPSListenerConfiguration {
    /// The gate for forwarded certificates. Nil without forwarding.
    ///
    /// - Throws: If no authenticator validates the forwarded certificates, if the clients' policy would validate a proxy's
    ///   certificate in the handshake, or if a proxy has to be known by an address behind a load balancer.
    func forwardingGate() throws -> ForwardingGate? {
        guard let forwarding else {
            guard plainAuthenticator == nil else { throw ListenerError.authenticatorWithoutForwarding }
            return nil
        }
        try forwarding.check()
        var authenticator = plainAuthenticator
        switch security {
        case .plain:
            guard forwarding.proxies.identities.isEmpty else { throw ListenerError.proxyCertificateWithoutTLS }
        case .tls(let tls):
            guard tls.proxyProtocol == nil || !forwarding.proxies.areKnownByAddress else {
                throw ListenerError.proxyAddressBehindLoadBalancer
            }
            let policies = tls.servedPolicies
            authenticator = policies.contains { $0.authenticator == nil } ? nil : policies.first?.authenticator
            let areProxiesKnown = tls.validation == .request && policies.allSatisfy(\.asksInHandshake)
            guard forwarding.proxies.identities.isEmpty || areProxiesKnown else {
                throw ListenerError.proxyCertificateNeedsRequestValidation
            }
        }
        guard let authenticator else { throw ListenerError.forwardingWithoutAuthenticator }
        return ForwardingGate(forwarding: forwarding, authenticator: authenticator, logger: logger)
    }
}

extension TLSServerConfiguration {
    /// The properties of one policy that are relevant for forwarding.
    fileprivate struct ServedPolicy {
        let mode: ClientCertificateMode
        let authenticator: CertificateAuthenticator?

        /// Whether a proxy's certificate can be known before its first request.
        var asksInHandshake: Bool { mode == .allow || mode == .require }
    }

    /// The policies that serve at least one server name.
    fileprivate var servedPolicies: [ServedPolicy] {
        let named = namedPolicies.map {
            ServedPolicy(mode: $0.mode ?? mode, authenticator: $0.authenticator ?? authenticator)
        }
        guard named.isEmpty || unnamedClients != .refused else { return named }
        return [ServedPolicy(mode: mode, authenticator: authenticator)] + named
    }

    /// Sends the names of the proxies' CAs to clients too, unless the hints were configured explicitly.
    mutating func addAuthorityHints(of forwarding: CertificateForwarding?) {
        proxyAuthorities = forwarding?.proxies.identities.flatMap(\.anchors) ?? []
    }
}
