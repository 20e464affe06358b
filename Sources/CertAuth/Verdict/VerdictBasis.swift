// SPDX-License-Identifier: Apache-2.0

/// The state of everything that a verdict is based on, besides the presented chain and the time.
///
/// A verdict is valid while its basis equals the current one, apart from invalidations of other paths.
struct VerdictBasis: Sendable, Hashable {
    /// The policy, with its trust anchors.
    let policy: PolicyFingerprint
    /// The revocation evidence about the presented certificates.
    let evidence: EvidenceGeneration
    /// The number of invalidations before the verdict was requested.
    var invalidations: Int
}
