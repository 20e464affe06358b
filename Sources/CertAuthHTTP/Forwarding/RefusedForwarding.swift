// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// A request that is answered with 400, because its headers claim what its peer may not claim.
package struct RefusedForwarding: Error {
    package let error: ForwardingError
    /// The refusal as logged, with its identifier.
    package let failure: AuthenticationFailure

    init(_ error: ForwardingError, _ failure: AuthenticationFailure) {
        self.error = error
        self.failure = failure
    }
}
