// SPDX-License-Identifier: Apache-2.0
// Certificates that are requested after the handshake.

import CertAuth
import NIOCore
import Synchronization

extension TLSChannelClient {
    /// Requests a certificate from the client and validates it. May only be called if `canBeAskedLate`.
    ///
    /// - Returns: Nil if the client declines.
    func requestCertificate() async throws(LateCertificateError) -> AuthenticationResult? {
        guard facts.negotiatedProtocol != .http2 else { throw .forbiddenByHTTP2 }
        try begin()
        defer { end() }
        guard let chain = try await answer() else { return nil }
        var facts = handshakeFacts
        facts.isLate = true
        while true {
            // The client may take long to answer, so the policy now in force validates the certificate.
            guard adoptPolicyInForce(), let authenticator else {
                dropCertificates()
                throw .policyReplaced
            }
            let authentication = ConnectionAuthentication(authenticator: authenticator, chain: chain, facts: facts)
            let result = await authentication.authenticate()
            guard case .success = result else {
                dropCertificates()
                return result
            }
            guard accept(authentication, by: authenticator) else { continue }
            return result
        }
    }

    /// Stores an accepted late certificate. False if a reload has replaced the authenticator in the meantime.
    private func accept(_ authentication: ConnectionAuthentication, by authenticator: CertificateAuthenticator) -> Bool
    {
        let (isInForce, observer) = state.withLock { state in
            guard state.handshake?.authenticator === authenticator else { return (false, state.observer) }
            state.late = .accepted(authentication)
            return (true, state.observer)
        }
        if isInForce, let observer { authentication.observe(observer) }
        return isInForce
    }

    private func answer() async throws(LateCertificateError) -> PresentedChain? {
        let answer = channel.eventLoop.makePromise(of: PresentedChain?.self)
        let sent = channel.eventLoop.makePromise(of: Void.self)
        // On a closed channel, no handler receives the event.
        sent.futureResult.whenFailure { _ in answer.fail(LateCertificateError.connectionEnded) }
        channel.triggerUserOutboundEvent(LateCertificateRequest(answer: answer), promise: sent)
        do {
            return try await answer.futureResult.get()
        } catch {
            throw error as? LateCertificateError ?? .connectionEnded
        }
    }

    private func begin() throws(LateCertificateError) {
        let isFirst = state.withLock { state in
            guard case .idle = state.late else { return false }
            state.late = .asking
            return true
        }
        guard isFirst else { throw .alreadyAsking }
    }

    private func end() {
        state.withLock { if case .asking = $0.late { $0.late = .idle } }
    }
}
