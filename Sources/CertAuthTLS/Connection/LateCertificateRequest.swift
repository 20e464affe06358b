// SPDX-License-Identifier: Apache-2.0
// The way of a request for a certificate through the pipeline, down to TLS.

package import CertAuth
package import NIOCore

/// A user outbound event: asks the client for its certificate. Handlers on the way may refuse it.
package struct LateCertificateRequest: Sendable {
    /// The chain that was presented and whose Finished is verified; nil when the client declined.
    package let answer: EventLoopPromise<PresentedChain?>

    package init(answer: EventLoopPromise<PresentedChain?>) { self.answer = answer }
}
