// SPDX-License-Identifier: Apache-2.0
// Why a protected route refuses, in the form of the log, the metrics and the problem document.

package import CertAuth
package import CertAuthTLS
import HTTPTypes

/// A result that a protected route does not accept.
package struct Refusal: Sendable {
    package let code: String
    package let status: Int
    /// The part that the client may know.
    package let detail: String
    package let message: String?
    package let certificateIndex: Int?
    /// The identifier of the decision. A new one if there was no decision.
    package let identifier: DecisionIdentifier

    /// Nil for a success.
    package init?(_ result: AuthenticationResult, facts: ConnectionFacts) {
        guard let code = result.refusalCode else { return nil }
        self.code = code.rawValue
        status = code.reference.httpStatus
        detail = result.failure?.publicSentence ?? code.publicSentence
        message = result.failure?.message ?? facts.explanation(of: code)
        certificateIndex = result.failure?.certificateIndex
        identifier = result.failure?.decision ?? DecisionIdentifier()
    }

    /// A failure that a handler throws.
    package init(_ failure: AuthenticationFailure) {
        code = failure.code.rawValue
        status = failure.code.reference.httpStatus
        detail = failure.publicSentence
        message = failure.message
        certificateIndex = failure.certificateIndex
        identifier = failure.decision ?? DecisionIdentifier()
    }

    /// No certificate could be requested from the client.
    package init(_ error: LateCertificateError) {
        code = error.code
        let isReplaced = error == .policyReplaced
        status = isReplaced ? 421 : 403
        detail =
            isReplaced
            ? "The policy of this host was replaced meanwhile. Open another connection."
            : "This client could not be asked for a certificate on the open connection."
        message = error.description
        certificateIndex = nil
        identifier = DecisionIdentifier()
    }

    func problem(exposingDetails: Bool) -> ProblemDocument {
        ProblemDocument(
            status: HTTPResponse.Status(code: status),
            code: code,
            detail: detail,
            message: exposingDetails ? message : nil,
            certificateIndex: exposingDetails ? certificateIndex : nil,
            identifier: identifier
        )
    }
}
