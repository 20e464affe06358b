// SPDX-License-Identifier: Apache-2.0
// Applies the policy in force to a client that was accepted earlier.

import CertAuth
import Synchronization

extension TLSChannelClient {
    func admitRequest(for authority: String?, takesForwarded: Bool) async -> RequestAdmission {
        guard adoptPolicyInForce(), serves(authority: authority, takesForwarded: takesForwarded) else {
            return .misdirected
        }
        switch await judgeByAdoptedPolicy() {
        case nil, .success: return .admitted
        case .noResult(let reason): return .refused(.noResult(reason))
        case .failure(let failure): return .refused(.failure(failure))
        }
    }

    func adoptPolicyInForce() -> Bool {
        let policies = server.policies
        let (isAdopted, former) = state.withLock { state -> (Bool, ConnectionAuthentication?) in
            guard state.policies !== policies else { return (true, nil) }
            let old = state.policy
            guard let policy = policies.policy(forServerName: handshakeFacts.serverName),
                policy.couldHaveOpened(handshakeFacts, under: old)
            else { return (false, nil) }
            let former = state.authentication
            state.policy = policy
            state.policies = policies
            guard let authenticator = policy.authenticator, authenticator !== old.authenticator else {
                return (true, nil)
            }
            let handshake = ConnectionAuthentication(
                authenticator: authenticator,
                chain: state.handshake?.presentedChain,
                facts: handshakeFacts
            )
            dropCertificatesWhenRefused(handshake)
            state.handshake = handshake
            if let accepted = state.accepted { state.late = .accepted(accepted.repeated(by: authenticator)) }
            state.isUnjudged = state.authentication?.presentedChain != nil
            return (true, former)
        }
        guard let former else { return isAdopted }
        former.endObservation()
        let (present, observer) = state.withLock { ($0.authentication, $0.observer) }
        if let observer { present?.observe(observer) }
        return isAdopted
    }

    /// Validates a client that the handshake accepted under an earlier policy.
    ///
    /// - Returns: Nil if no validation is needed, or none before a request is authenticated.
    private func judgeByAdoptedPolicy() async -> AuthenticationResult? {
        let unjudged = state.withLock { state in
            state.isUnjudged && state.policy.validation == .handshake ? state.authentication : nil
        }
        guard let unjudged else { return nil }
        return await judge(unjudged)
    }

    private func judge(_ unjudged: ConnectionAuthentication) async -> AuthenticationResult {
        let result = await unjudged.authenticate()
        if case .success = result {
            state.withLock { if $0.authentication === unjudged { $0.isUnjudged = false } }
        }
        return result
    }
}

extension TLSChannelClient: WatchedClient {
    func revalidate() async -> AuthenticationResult? {
        let (authentication, isUnjudged) = state.withLock { ($0.authentication, $0.isUnjudged) }
        guard isUnjudged, let authentication else { return await authentication?.revalidate() }
        return await judge(authentication)
    }

    func observe(_ observer: @escaping @Sendable (VerdictChange) -> Void) {
        let authentication = state.withLock { state in
            state.observer = observer
            return state.authentication
        }
        authentication?.observe(observer)
    }

    func endObservation() {
        let authentication = state.withLock { state in
            state.observer = nil
            return state.authentication
        }
        authentication?.endObservation()
    }

    var acceptedUntil: Timestamp? { authentication?.acceptedUntil }

    var verdictClock: VerificationClock? { authenticator?.options.clock }
}

extension ConnectionAuthentication {
    /// The same certificate on the same connection, validated by another authenticator.
    fileprivate func repeated(by authenticator: CertificateAuthenticator) -> ConnectionAuthentication {
        ConnectionAuthentication(authenticator: authenticator, chain: presentedChain, facts: facts)
    }
}
