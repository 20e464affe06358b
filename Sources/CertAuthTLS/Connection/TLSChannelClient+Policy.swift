// SPDX-License-Identifier: Apache-2.0
// Applies the policy in force to a client that was accepted earlier.

import CertAuth
import Synchronization

extension TLSChannelClient {
    /// Adopts the policy in force, and returns the answer unless the client must be validated by it first.
    func admissionAtOnce(for authority: String?, takesForwarded: Bool) -> RequestAdmission? {
        guard adoptPolicyInForce(), serves(authority: authority, takesForwarded: takesForwarded) else {
            return .misdirected
        }
        return unvalidated == nil ? .admitted : nil
    }

    /// Validates a client that the handshake accepted under a former policy.
    func admitRequestByAdoptedPolicy() async -> RequestAdmission {
        guard let unvalidated else { return .admitted }
        switch await validate(unvalidated) {
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
            state.isUnvalidated = state.authentication?.presentedChain != nil
            return (true, former)
        }
        guard let former else { return isAdopted }
        former.endObservation()
        let (present, observer) = state.withLock { ($0.authentication, $0.observer) }
        if let observer { present?.observe(observer) }
        return isAdopted
    }

    /// The client, if a reload brought a policy that must validate it before its next request. Nil if the client was validated,
    /// or is validated with its request.
    private var unvalidated: ConnectionAuthentication? {
        state.withLock { state in
            state.isUnvalidated && state.policy.validation == .handshake ? state.authentication : nil
        }
    }

    private func validate(_ unvalidated: ConnectionAuthentication) async -> AuthenticationResult {
        let result = await unvalidated.authenticate()
        if case .success = result {
            state.withLock { if $0.authentication === unvalidated { $0.isUnvalidated = false } }
        }
        return result
    }
}

extension TLSChannelClient: WatchedClient {
    func revalidate() async -> AuthenticationResult? {
        let (authentication, isUnvalidated) = state.withLock { ($0.authentication, $0.isUnvalidated) }
        guard isUnvalidated, let authentication else { return await authentication?.revalidate() }
        return await validate(authentication)
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
