// SPDX-License-Identifier: Apache-2.0
// Why a protected route refuses, in the form of the log, the metrics and the problem document.

package import CertAuth
package import CertAuthTLS
import HTTPTypes
package import Logging

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
    /// The refusal of the client. Nil if the reason is not the client's certificate or its absence.
    package let failure: AuthenticationFailure?

    /// Nil for a success.
    package init?(_ result: AuthenticationResult, facts: ConnectionFacts) {
        guard let code = result.refusalCode else { return nil }
        self.code = code.rawValue
        status = code.reference.httpStatus
        detail = result.failure?.publicSentence ?? code.publicSentence
        message = result.failure?.message ?? facts.explanation(of: code)
        certificateIndex = result.failure?.certificateIndex
        let refused = result.failure ?? AuthenticationFailure(code: code, message: message ?? detail)
        let failure = refused.decision == nil ? refused.identified : refused
        self.failure = failure
        identifier = failure.decision ?? DecisionIdentifier()
    }

    /// A failure that a handler throws.
    package init(_ failure: AuthenticationFailure) {
        let failure = failure.decision == nil ? failure.identified : failure
        self.failure = failure
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
        failure = nil
        identifier = DecisionIdentifier()
    }

    /// Writes the one line of this decision, unless the authenticator has written it.
    ///
    /// - Parameter client: the client if it is authenticated. Its refusal counts as a denial, not as another verdict.
    package func log(
        _ authenticator: CertificateAuthenticator?,
        _ chain: PresentedChain?,
        _ facts: ConnectionFacts,
        _ lines: RequestLines,
        level: Logger.Level = .info,
        authenticated client: AuthenticatedClient? = nil,
        to logger: Logger
    ) {
        guard let failure else {
            lines.refused(code, message ?? detail, identifier, facts, level: level, to: logger)
            return
        }
        guard !failure.isReported else { return }
        if let authenticator, let client {
            _ = authenticator.reportDenial(failure, of: client)
        } else if let authenticator {
            _ = authenticator.report(failure, of: RefusedClient(facts: facts, leaf: chain?.derEncoded.first))
        } else {
            lines.refused(failure, facts, to: logger)
        }
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
