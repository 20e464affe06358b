// SPDX-License-Identifier: Apache-2.0
// The checks of our own, in the order they run: cheap ones first, all before any signature.

/// Every check that a candidate path must pass besides OpenSSL's judgement.
package enum PathChecks {
    /// In the order of cost.
    package static let all: [any PathCheck] = [
        ValidityCheck(), KeyUsageCheck(), ExtendedKeyUsageCheck(), LeafCheck(), VersionCheck(), SubjectCheck(),
        CertificateAuthorityCheck(), PathLengthCheck(), SignatureAlgorithmCheck(), KeyStrengthCheck(),
        SerialNumberCheck(), CriticalityCheck(), KeyIdentifierCheck(), NameEncodingCheck(), ExtensionContentsCheck(),
        PolicyQualifierCheck(), NameSyntaxCheck(), NameConstraintSyntaxCheck(), NameConstraintsCheck(),
        ExtensionSyntaxCheck(),
    ]

    /// What the checks have against `path`, one finding a check at most.
    package static func findings(on path: CandidatePath, in context: ValidationContext) -> [Finding] {
        all.compactMap { check in
            do throws(Finding) {
                try check.check(path, in: context)
                return nil
            } catch {
                return error
            }
        }
    }
}
