// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// A request that is answered with 400, because its headers claim what its peer may not claim.
package struct RefusedForwarding: Error {
    package let error: ForwardingError
    /// The refusal as logged, with its identifier.
    package let failure: AuthenticationFailure

    init(_ error: ForwardingError, _ result: AuthenticationResult) {
        self.error = error
        // `onAuthenticationFailed` cannot make the request anonymous.
        failure = result.failure ?? error.failure.identified
    }
}
