// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// The most informative finding of all attempts: the one with the lowest rank, the first of several.
    package static func headline(of findings: [Finding]) -> Finding? {
        findings.enumerated().min { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }?.element
    }

    /// Facts about a path that is otherwise valid come before doubts whether it is a path at all.
    private static let order: [FailureCode] = [
        .limitExceeded, .revoked, .revocationUnknown, .expired, .notYetValid, .wrongUsage, .nameNotPermitted, .policy,
        .pathTooLong, .weakKey, .weakSignature, .criticalExtension, .notACertificateAuthority, .malformed,
        .badSignature, .partialChain, .untrusted,
    ]

    private static func rank(_ finding: Finding) -> Int {
        order.firstIndex(of: finding.code) ?? order.count
    }
}
