// SPDX-License-Identifier: Apache-2.0
// A path that was judged, whole: for tools that show certificates.

/// A path that was judged, with its certificates. A refusal keeps a `PathAttempt` of it, which has none.
package struct TriedPath: Sendable, Hashable {
    /// Leaf first; the last one is an anchor unless `endsAtAnchor` is false.
    package let certificates: [Certificate]
    /// Whether the path ends at a trust anchor.
    package let endsAtAnchor: Bool
    /// What is wrong with it; empty for a path that holds.
    package let findings: [Finding]

    package init(certificates: [Certificate], endsAtAnchor: Bool, findings: [Finding]) {
        self.certificates = certificates
        self.endsAtAnchor = endsAtAnchor
        self.findings = findings
    }
}
