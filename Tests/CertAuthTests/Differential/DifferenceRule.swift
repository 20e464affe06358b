// SPDX-License-Identifier: Apache-2.0
// Why CertAuth and OpenSSL may give different answers.

import CertAuth
import CertAuthOpenSSL

/// A hierarchy on which the two disagree.
struct Difference {
    let hierarchy: GeneratedHierarchy
    let verdict: ValidationVerdict
    /// OpenSSL's error for all certificates at once; nil if it accepts.
    let untuned: VerifyError?
    /// OpenSSL's error for only the path that CertAuth accepts.
    let alone: VerifyError?

    var accepted: ValidatedChain? {
        if case .accepted(let chain) = verdict { chain } else { nil }
    }

    var refusal: AuthenticationFailure? {
        if case .refused(let failure, _) = verdict { failure } else { nil }
    }
}

/// A rule that explains a difference; in all of them CertAuth follows the RFC and OpenSSL 3.0 does not.
struct DifferenceRule: Sendable {
    /// The rule, and the text that supports it.
    let name: String
    /// Whether the installed OpenSSL still differs.
    var isNeeded: @Sendable () throws -> Bool = { true }
    let explains: @Sendable (Difference) -> Bool

    /// All rules; the test fails if one explains no difference.
    static let all = [
        DifferenceRule(name: "other paths are tried where one fails: CertAuth, RFC 4158 §2.2") {
            $0.accepted != nil && $0.alone == nil
        },
        DifferenceRule(name: "notAfter is the last valid second: CertAuth, RFC 5280 §4.1.2.5") { difference in
            difference.alone?.condition == .expired
                && (difference.accepted?.certificates ?? []).contains {
                    $0.validity.notAfter == GeneratedHierarchy.now
                }
        },
        DifferenceRule(name: "anyExtendedKeyUsage is a purpose of a leaf: CertAuth, RFC 5280 §4.2.1.12") {
            $0.alone?.condition == .wrongUsage && $0.accepted?.leaf.extendedKeyUsage == [.anyExtendedKeyUsage]
        },
        DifferenceRule(name: "key identifiers are hints: CertAuth, RFC 4158 §3.5.12") {
            $0.alone?.condition == .noTrustedPath
                && $0.accepted?.leaf.authorityKeyIdentifier?.keyIdentifier == [1, 2, 3]
        },
        DifferenceRule(
            name: "userinfo is no part of a URI's host: CertAuth, RFC 3986 §3.2",
            isNeeded: UserinfoProbe.isRefused
        ) {
            $0.alone?.condition == .nameNotPermitted && $0.hasName { $0.kind == "uri" }
        },
        DifferenceRule(name: "a wildcard stands for an excluded host: CertAuth, RFC 5280 §4.2.1.10") {
            $0.isRefused(for: .nameNotPermitted) && $0.hasName { $0.value.hasPrefix("*.") }
        },
        DifferenceRule(name: "an excluded IPv4 range excludes its mapped addresses: CertAuth, RFC 4291 §2.5.5.2") {
            $0.isRefused(for: .nameNotPermitted) && $0.hasName { $0.kind == "ip" }
        },
        DifferenceRule(name: "a TLS client signs, keyAgreement does not do: CertAuth, RFC 8446 §4.4.2.4") {
            $0.isRefused(for: .wrongUsage) && $0.hierarchy.leaf.keyUsage == .keyAgreement
        },
    ]
}

extension Difference {
    /// Whether only CertAuth refuses, with this finding on one of the paths; the main code may be that of another path.
    fileprivate func isRefused(for code: FailureCode) -> Bool {
        let findings = refusal?.trace.attempts.flatMap(\.findings) ?? []
        return untuned == nil && findings.contains { $0.code == code }
    }

    fileprivate func hasName(_ isMeant: (GeneralName) -> Bool) -> Bool {
        hierarchy.leaf.subjectAlternativeNames.contains(where: isMeant)
    }
}
