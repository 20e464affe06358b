// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticator {
    /// Applies a policy as `AuthorizationPolicy.authorize` does, and logs and counts a denial like any other refusal.
    ///
    /// If anything that the verdict depends on may have changed since the authentication, the client is authenticated
    /// again, including hooks, and authorized again. `onAuthenticationFailed` does not run for a denial, because the
    /// client is authenticated.
    public func authorize(
        _ result: AuthenticationResult,
        by policy: AuthorizationPolicy
    ) async -> AuthenticationResult {
        var result = result
        for _ in 0..<RequestAuthentication.validationLimit {
            guard case .success(let client) = result else { return result }
            let answer = await policy.authorize(result)
            guard case .success = answer else {
                guard case .failure(let failure) = answer else { return answer }
                return .failure(reportDenial(failure, of: client))
            }
            guard client.conditions === conditions, client.mayHaveChanged, client.chain.isValidated,
                let chain = client.chain.presented(from: client.source)
            else { return answer }
            result = await authenticate(chain, facts: client.facts)
        }
        guard case .success(let client) = result else { return result }
        return .failure(reportDenial(RequestAuthentication.unstableBasis, of: client))
    }

    /// Logs and counts the refusal of an authenticated client, by a policy or by a handler.
    ///
    /// - Returns: the refusal with its identifier. A refusal that is already logged is returned unchanged.
    package func reportDenial(
        _ failure: AuthenticationFailure,
        of client: AuthenticatedClient
    ) -> AuthenticationFailure {
        guard !failure.isReported else { return failure }
        let failure = failure.reported
        hooks.log.denied(failure, RefusedClient(facts: client.facts, leaf: client.certificate.derEncoded))
        return failure
    }
}

extension ValidatedChain {
    /// The path as its client would present it, without the anchor.
    fileprivate func presented(from source: PresentedChain.Source) -> PresentedChain? {
        let sent = certificates.count > 1 ? certificates.dropLast() : certificates[...]
        return PresentedChain(derEncoded: sent.map(\.derEncoded), source: source)
    }
}
