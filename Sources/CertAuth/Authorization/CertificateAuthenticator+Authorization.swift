// SPDX-License-Identifier: Apache-2.0
// Authorization with a line in the log.

extension CertificateAuthenticator {
    /// Does what `AuthorizationPolicy.authorize` does, and logs and counts a denial as any other refusal.
    public func authorize(
        _ result: AuthenticationResult,
        by policy: AuthorizationPolicy
    ) async -> AuthenticationResult {
        let answer = await policy.authorize(result)
        if case .success(let client) = result, case .failure(let failure) = answer {
            hooks.log.refused(failure, facts: client.facts)
        }
        return answer
    }
}
