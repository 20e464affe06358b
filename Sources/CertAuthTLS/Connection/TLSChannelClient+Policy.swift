// SPDX-License-Identifier: Apache-2.0
// Applies the policy in force to a client that was accepted earlier.

import CertAuth
import Synchronization

extension TLSChannelClient {
    /// Adopts the policy in force, and returns the answer unless the client must be judged by it first.
    func admissionAtOnce(for authority: String?, takesForwarded: Bool) -> RequestAdmission? {
        guard adoptPolicyInForce(), serves(authority: authority, takesForwarded: takesForwarded) else {
            return .misdirected
        }
        return unjudged == nil ? .admitted : nil
    }

    /// Judges a client that the handshake accepted under a former policy.
    func admitRequestByAdoptedPolicy() async -> RequestAdmission {
        guard let unjudged else { return .admitted }
        switch await judge(unjudged) {
        case .success: return .admitted
        case .noResult(let reason): return .refused(.noResult(reason))
        case .failure(let failure): return .refused(.failure(failure))
        }
    }

    var isPolicyOutdated: Bool {
        let policies = server.policies
        return state.withLock { $0.policies !== policies }
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

    /// The client, if a reload brought a policy that must judge it before its next request. Nil if the client was judged,
    /// or is judged with its request.
    private var unjudged: ConnectionAuthentication? {
        state.withLock { state in
            state.isUnjudged && state.policy.validation == .handshake ? state.authentication : nil
        }
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
