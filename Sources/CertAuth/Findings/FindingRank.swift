// SPDX-License-Identifier: Apache-2.0
// Which of many findings is told first.

extension Finding {
    /// The most telling finding over all attempts: the lowest rank, the first among equals.
    package static func headline(of findings: [Finding]) -> Finding? {
        findings.enumerated().min { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }?.element
    }

    /// Facts about a path that is otherwise good come before doubts about whether it is a path at all.
    private static let order: [FailureCode] = [
        .limitExceeded, .revoked, .revocationUnknown, .expired, .notYetValid, .wrongUsage, .nameNotPermitted, .policy,
        .pathTooLong, .weakKey, .weakSignature, .criticalExtension, .notACertificateAuthority, .malformed,
        .badSignature, .partialChain, .untrusted,
    ]

    private static func rank(_ finding: Finding) -> Int {
        order.firstIndex(of: finding.code) ?? order.count
    }
}
