// SPDX-License-Identifier: Apache-2.0
// What a store holds about one chain.

/// The statements that could speak of the certificates of one chain.
struct HeldEvidence: Sendable {
    /// Lists, and responses about authorities.
    let common: RevocationEvidence
    /// Responses about the certificates presented.
    let responses: [OCSPResponse]

    var isEmpty: Bool { common.revocationLists.isEmpty && common.ocspResponses.isEmpty && responses.isEmpty }
}
