// SPDX-License-Identifier: Apache-2.0
// What a verdict is based on beside the presented chain and the time.

/// The state of everything that a verdict is based on beside the presented chain and the time.
///
/// A verdict is valid as long as its basis equals the present one.
struct VerdictBasis: Sendable, Hashable {
    /// The policy, with its trust anchors.
    let policy: PolicyFingerprint
    /// The revocation evidence about the presented certificates.
    let evidence: EvidenceGeneration
    /// The number of invalidations before the verdict was requested.
    var invalidations: Int
}
