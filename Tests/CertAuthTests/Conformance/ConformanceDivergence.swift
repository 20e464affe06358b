// SPDX-License-Identifier: Apache-2.0
// Cases on which CertAuth and the authors of the vectors disagree, each with the reason.

/// A case with another verdict by CertAuth, and the reason.
struct ConformanceDivergence {
    let id: String
    let reason: String

    /// All divergences in the strict profile.
    static let all = [
        ConformanceDivergence(
            id: "bsi::common_06",
            reason: "a negative serial number: RFC 5280 §4.1.2.2 asks users to handle it gracefully, and PKITS 4.4.14 "
                + "demands that it be accepted"
        ),
        ConformanceDivergence(
            id: "bssl-chain::root-lacks-basic-constraints/ta-with-constraints-require-basic-constraints",
            reason:
                "an anchor of version 3 without basicConstraints: an anchor is trusted by its name and key (RFC 5280 "
                + "§6.1.1 (d)), and a core case demands that the same chain be accepted"
        ),
        ConformanceDivergence(
            id: "bssl-chain::target-not-end-entity/main",
            reason: "a leaf whose keyUsage is keyCertSign and cRLSign alone: TLS client authentication needs "
                + "digitalSignature (RFC 5246 §7.4.6), and the vectors' own page says so"
        ),
    ]
}
