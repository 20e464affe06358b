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
            authenticator = tls.authenticator
            guard forwarding.proxies.identities.isEmpty || (tls.asksInHandshake && tls.validation == .request) else {
                throw ListenerError.proxyCertificateNeedsRequestValidation
            }
        }
        guard let authenticator else { throw ListenerError.forwardingWithoutAuthenticator }
        return ForwardingGate(forwarding: forwarding, authenticator: authenticator, logger: logger)
    }
}

extension TLSServerConfiguration {
    /// Whether a proxy's certificate can be known before its first request.
    fileprivate var asksInHandshake: Bool { mode == .allow || mode == .require }

    /// Names the authorities of proxies to clients too, unless the hints were chosen by hand.
    mutating func hintAlsoAt(_ forwarding: CertificateForwarding?) {
        guard let forwarding, case .anchors = authorityHints else { return }
        let proxies = forwarding.proxies.identities.flatMap(\.anchors)
        guard !proxies.isEmpty else { return }
        authorityHints = .certificates((authenticator?.trustStore?.anchors ?? []) + proxies)
    }
}
