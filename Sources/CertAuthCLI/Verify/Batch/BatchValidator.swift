// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import Logging

/// Validates cases like the chains of clients.
package struct BatchValidator: Sendable {
    private let profile: ValidationProfile

    private let constrainsCommonNames: Bool

    /// - Parameters:
    ///   - profile: the profile that the cases' expectations assume; public test vectors need the strict one.
    ///   - constrainsCommonNames: whether name constraints on hosts also apply to commonNames; a case may override it.
    package init(profile: ValidationProfile = .strict, constrainsCommonNames: Bool = false) {
        self.profile = profile
        self.constrainsCommonNames = constrainsCommonNames
    }

    /// Returns the answer to `line`, valid or not.
    package func answer(_ line: BatchLine) -> BatchAnswer {
        switch line {
        case .invalid(let id, let reason):
            var answer = BatchAnswer(id: id)
            answer.error = AuthenticationFailure(code: .malformed, message: reason)
            return answer
        case .request(let request): return answer(request)
        }
    }

    private func answer(_ request: BatchCase) -> BatchAnswer {
        var answer = BatchAnswer(id: request.id)
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            do throws(Finding) {
                try validate(request, into: &answer)
            } catch {
                answer.error = AuthenticationFailure(error)
                answer.status = Self.status(of: error.code) ?? answer.status
            }
        }
        answer.elapsedMicroseconds = Int(elapsed / .microseconds(1))
        return answer
    }

    private func validate(_ request: BatchCase, into answer: inout BatchAnswer) throws(Finding) {
        let inputs = try BatchInputs(request, profile: profile, constrainsCommonNames: constrainsCommonNames)
        switch request.mode ?? .path {
        case .unit: try validateUnit(inputs, into: &answer)
        case .path: try validatePath(inputs, into: &answer)
        }
    }

    private func validatePath(_ inputs: BatchInputs, into answer: inout BatchAnswer) throws(Finding) {
        let authenticator: CertificateAuthenticator
        do throws(ConfigurationError) {
            authenticator = try CertificateAuthenticator(
                options: inputs.options,
                revocationEvidence: inputs.evidence,
                logger: Self.silent
            )
        } catch {
            throw Finding(.internalError, at: nil, "\(error)")
        }
        guard let chain = PresentedChain(derEncoded: [inputs.leafDER], source: .offline) else {
            throw Finding(.malformed, at: 0, "peer_certificate is empty")
        }
        let report = VerificationReport(verdict: authenticator.validate(chain), time: inputs.now)
        answer.status = report.status
        answer.error = report.failure
        answer.chain = report.accepted?.certificates ?? []
        answer.policies = report.accepted?.policies
    }

    /// The issuer is assumed to be trusted; no path is validated.
    private func validateUnit(_ inputs: BatchInputs, into answer: inout BatchAnswer) throws(Finding) {
        let leaf = try inputs.leaf()
        guard let issuer = inputs.issuer(of: leaf) else {
            throw Finding(.revocationUnknown, at: 0, "\(leaf): none of the given certificates is its issuer")
        }
        let context = ValidationContext(options: inputs.options, now: inputs.now)
        let status = RevocationCheck.status(
            of: leaf,
            issuedBy: issuer,
            evidence: inputs.evidence,
            trusted: inputs.anchors,
            signers: inputs.options.additionalChainCertificates,
            in: context
        )
        answer.status = status.word
        switch status {
        case .good, .notChecked: answer.chain = [leaf, issuer]
        case .revoked: throw Finding(.revoked, at: 0, "\(leaf): \(status)", rule: "RFC 5280 §6.3")
        case .unknown: throw Finding(.revocationUnknown, at: 0, "\(leaf): revocation \(status)", rule: "RFC 5280 §6.3")
        }
    }

    private static func status(of code: FailureCode) -> String? {
        switch code {
        case .revoked: "REVOKED"
        case .revocationUnknown: "UNKNOWN"
        default: nil
        }
    }

    private static let silent = Logger(label: "certauth.batch", factory: { _ in SwiftLogNoOpLogHandler() })
}
