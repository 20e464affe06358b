// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import NIOCore

/// A user outbound event that requests the client's certificate from TLS. Handlers in between may refuse it.
package struct LateCertificateRequest: Sendable {
    /// The presented chain, once Finished is verified. Nil if the client declined.
    package let answer: EventLoopPromise<PresentedChain?>

    package init(answer: EventLoopPromise<PresentedChain?>) { self.answer = answer }
}
