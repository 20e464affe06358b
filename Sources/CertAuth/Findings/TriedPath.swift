// SPDX-License-Identifier: Apache-2.0

/// A validated path with its certificates, for tools that show them. A refusal keeps a `PathAttempt` instead.
package struct TriedPath: Sendable, Hashable {
    /// The end-entity certificate first. The last one is an anchor unless `endsAtAnchor` is false.
    package let certificates: [Certificate]
    /// Whether the path ends at a trust anchor.
    package let endsAtAnchor: Bool
    /// The findings against the path; empty if it is valid.
    package let findings: [Finding]

    package init(certificates: [Certificate], endsAtAnchor: Bool, findings: [Finding]) {
        self.certificates = certificates
        self.endsAtAnchor = endsAtAnchor
        self.findings = findings
    }
}
