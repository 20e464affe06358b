// SPDX-License-Identifier: Apache-2.0
// Clients present certificates with the names of signers; each costs one validation, however many lists there are.

internal import Synchronization

/// What is known of a certificate that may have signed a statement.
enum SignerStanding: Sendable {
    /// It has a valid path of its own to the same anchor.
    case trusted
    /// It has one, but whether a certificate of it is revoked is not known, and the policy does not let that pass: it can
    /// show that a certificate is revoked, not that it is good.
    case doubtful(String)
    /// It has none, for this reason.
    case refused(String)
}

/// Remembers who is trusted to sign for the length of one question.
final class SignerMemory: Sendable {
    private struct Key: Hashable {
        let signer: Certificate
        let pending: [Certificate]
    }

    private let standings = Mutex<[Key: SignerStanding]>([:])

    /// The standing of `signer`, found by `judge` at most once.
    func answer(_ signer: Certificate, _ pending: [Certificate], judge: () -> SignerStanding) -> SignerStanding {
        let key = Key(signer: signer, pending: pending)
        if let known = standings.withLock({ $0[key] }) { return known }
        let standing = judge()
        standings.withLock { $0[key] = standing }
        return standing
    }
}
