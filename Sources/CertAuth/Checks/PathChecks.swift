// SPDX-License-Identifier: Apache-2.0
// Cheap checks run before any signature check, costly checks after all of them.
//
// A check is cheap if the number of certificates bounds its work. A check is costly if its work grows with the names,
// constraints, policies or extensions of a certificate. Costly checks run only on certificates that an anchor's key has
// verified, so that a client without such a certificate cannot cause the work.

/// All checks that a candidate path must pass in addition to OpenSSL's verification.
package enum PathChecks {
    /// Every check, in the order of cost.
    package static let all: [any PathCheck] = cheap + costly

    /// The checks that run before any signature is verified.
    private static let cheap: [any PathCheck] = [
        ValidityCheck(), KeyUsageCheck(), ExtendedKeyUsageCheck(), LeafCheck(), VersionCheck(), SubjectCheck(),
        CertificateAuthorityCheck(), PathLengthCheck(), SignatureAlgorithmCheck(), KeyStrengthCheck(),
        SerialNumberCheck(), CriticalityCheck(), KeyIdentifierCheck(), AuthorityUsageCheck(),
    ]

    /// The checks that run on paths with verified signatures.
    private static let costly: [any PathCheck] = [
        NameEncodingCheck(), EncodingCheck(), ExtensionContentsCheck(), PolicyTextCheck(), PolicyQualifierCheck(),
        ProcessedExtensionCheck(),
        NameSyntaxCheck(), NameConstraintSyntaxCheck(), NameConstraintsCheck(), ExtensionSyntaxCheck(),
    ]

    /// The findings of the cheap checks on `path`, at most one for each check.
    package static func cheapFindings(on path: CandidatePath, in context: ValidationContext) -> [Finding] {
        findings(of: cheap, on: path, in: context)
    }

    /// The findings of the costly checks on `path`, at most one for each check.
    ///
    /// Call this only for paths with verified signatures.
    package static func costlyFindings(on path: CandidatePath, in context: ValidationContext) -> [Finding] {
        findings(of: costly, on: path, in: context)
    }

    private static func findings(
        of checks: [any PathCheck],
        on path: CandidatePath,
        in context: ValidationContext
    ) -> [Finding] {
        checks.compactMap { check in
            do throws(Finding) {
                try check.check(path, in: context)
                return nil
            } catch {
                return error
            }
        }
    }
}
