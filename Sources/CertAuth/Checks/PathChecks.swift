// SPDX-License-Identifier: Apache-2.0
// The checks of our own, in the order they run: cheap ones before any signature, costly ones behind all of them.
//
// A check is cheap when its work is bounded by the number of certificates. What grows with the names, constraints,
// policies or extensions of a certificate is costly: it runs only on certificates that an anchor's key vouches for, so
// that a client without such a certificate can't demand the work.

/// Every check that a candidate path must pass besides OpenSSL's judgement.
package enum PathChecks {
    /// Every check, in the order of cost.
    package static let all: [any PathCheck] = cheap + costly

    /// The checks that run before any signature is verified.
    private static let cheap: [any PathCheck] = [
        ValidityCheck(), KeyUsageCheck(), ExtendedKeyUsageCheck(), LeafCheck(), VersionCheck(), SubjectCheck(),
        CertificateAuthorityCheck(), PathLengthCheck(), SignatureAlgorithmCheck(), KeyStrengthCheck(),
        SerialNumberCheck(), CriticalityCheck(), KeyIdentifierCheck(), AuthorityUsageCheck(),
    ]

    /// The checks that run on paths whose signatures verify.
    private static let costly: [any PathCheck] = [
        NameEncodingCheck(), EncodingCheck(), ExtensionContentsCheck(), PolicyTextCheck(), PolicyQualifierCheck(),
        ProcessedExtensionCheck(),
        NameSyntaxCheck(), NameConstraintSyntaxCheck(), NameConstraintsCheck(), ExtensionSyntaxCheck(),
    ]

    /// What the cheap checks have against `path`, at most one finding for each check.
    package static func cheapFindings(on path: CandidatePath, in context: ValidationContext) -> [Finding] {
        findings(of: cheap, on: path, in: context)
    }

    /// What the costly checks have against `path`, at most one finding for each check.
    ///
    /// Call it only for paths whose signatures verify.
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
