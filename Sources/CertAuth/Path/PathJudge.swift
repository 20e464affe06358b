// SPDX-License-Identifier: Apache-2.0
// Has libcrypto judge one candidate, and says what it said in our words.

internal import CertAuthOpenSSL

/// Judges candidate paths by `X509_verify_cert`, each offered alone.
package struct PathJudge: Sendable {
    package init() {}

    /// Judges `path`, which must have passed every check of our own that a waiver rests on.
    ///
    /// - Throws: the first condition OpenSSL reports and no waiver names.
    package func judge(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        let verification = PathVerification(
            path: path.certificates.map(\.handle),
            time: context.now.secondsSince1970,
            isForClientAuthentication: context.options.validateCertificateUse,
            securityLevel: context.options.securityLevel,
            waived: waived(on: path, in: context)
        )
        let outcome: PathVerification.Outcome
        do throws(OpenSSLError) {
            outcome = try verification.run()
        } catch {
            throw Finding(.internalError, at: nil, "OpenSSL could not verify the path: \(error)")
        }
        switch outcome {
        case .accepted: return
        case .builtAnotherPath:
            throw Finding(.internalError, at: nil, "OpenSSL built another path than the one it was given")
        case .refused(let error): throw Self.finding(error)
        }
    }

    /// What OpenSSL may report although it is no breach, by name and certificate.
    private func waived(
        on path: CandidatePath,
        in context: ValidationContext
    ) -> Set<PathVerification.WaivedCondition> {
        var waived: Set<PathVerification.WaivedCondition> = []
        for (index, certificate, _) in path.positions {
            let validity = certificate.validity
            if !context.options.validateValidityPeriod {
                waived.insert(.init(.expired, depth: index))
                waived.insert(.init(.notYetValid, depth: index))
            } else if context.now.secondsSince1970 == validity.notAfter.secondsSince1970 {
                // RFC 5280 §4.1.2.5 includes notAfter, OpenSSL does not.
                waived.insert(.init(.expired, depth: index))
            }
        }
        // OpenSSL 3.0 refuses a leaf with anyExtendedKeyUsage alone; our own checks of usage have passed before.
        if context.options.validateCertificateUse { waived.insert(.init(.purpose, depth: 0)) }
        return waived
    }

    private static func finding(_ error: VerifyError) -> Finding {
        Finding(code(error.condition), at: error.depth, "OpenSSL: \(error.text)")
    }

    /// The one table from OpenSSL's conditions to our codes.
    private static func code(_ condition: VerifyError.Condition) -> FailureCode {
        switch condition {
        case .noTrustedPath, .badSignature: .badSignature
        case .untrusted: .untrusted
        case .malformed: .malformed
        case .expired: .expired
        case .notYetValid: .notYetValid
        case .wrongUsage: .wrongUsage
        case .notACertificateAuthority: .notACertificateAuthority
        case .pathTooLong: .pathTooLong
        case .nameNotPermitted: .nameNotPermitted
        case .criticalExtension: .criticalExtension
        case .policy: .policy
        case .weakKey: .weakKey
        case .weakSignature: .weakSignature
        case .revoked: .revoked
        case .revocationUnknown: .revocationUnknown
        case .other: .untrusted
        }
    }
}
