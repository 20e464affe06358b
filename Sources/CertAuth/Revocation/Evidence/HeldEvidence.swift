// SPDX-License-Identifier: Apache-2.0
// What a store holds about one chain.

/// The statements that could speak of the certificates of one chain.
struct HeldEvidence: Sendable {
    /// Lists, and responses about authorities.
    let common: RevocationEvidence
    /// Responses about the certificates presented.
    let responses: [OCSPResponse]

    /// Changes whenever one of them does: a response about one client leaves the verdicts on others alone.
    var generation: [UInt8] { common.generation + responses.flatMap(\.fingerprint.bytes) }

    var isEmpty: Bool { common.revocationLists.isEmpty && common.ocspResponses.isEmpty && responses.isEmpty }
}
