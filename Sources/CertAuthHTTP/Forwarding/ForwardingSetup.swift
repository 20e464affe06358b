// SPDX-License-Identifier: Apache-2.0
// Forwarding as a listener is configured with it.

import CertAuth
import CertAuthTLS

extension HTTPSListenerConfiguration {
    /// The gate for forwarded certificates; nil without forwarding.
    ///
    /// - Throws: for forwarding that has nobody to judge certificates, and for a proxy's certificate that the clients'
    ///   policy would judge in the handshake.
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
    /// What counts for forwarding of one policy.
    fileprivate struct ServedPolicy {
        let mode: ClientCertificateMode
        let authenticator: CertificateAuthenticator?

        /// Whether a proxy's certificate can be known before its first request.
        var asksInHandshake: Bool { mode == .allow || mode == .require }
    }

    /// The policies that somebody is served by.
    fileprivate var servedPolicies: [ServedPolicy] {
        let named = namedPolicies.map {
            ServedPolicy(mode: $0.mode ?? mode, authenticator: $0.authenticator ?? authenticator)
        }
        guard named.isEmpty || unnamedClients != .refused else { return named }
        return [ServedPolicy(mode: mode, authenticator: authenticator)] + named
    }

    /// Names the authorities of proxies to clients too, unless the hints were chosen by hand.
    mutating func hintAlsoAt(_ forwarding: CertificateForwarding?) {
        proxyAuthorities = forwarding?.proxies.identities.flatMap(\.anchors) ?? []
    }
}
