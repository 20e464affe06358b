// SPDX-License-Identifier: Apache-2.0

/// The statements in a store that may be about the certificates of one chain.
struct HeldEvidence: Sendable {
    /// CRLs, and responses about CA certificates.
    let common: RevocationEvidence
    /// Responses about the presented certificates.
    let responses: [OCSPResponse]

    var isEmpty: Bool { common.counts == (0, 0) && responses.isEmpty }
}
