// SPDX-License-Identifier: Apache-2.0
// Clients present certificates with the names of signers; each costs one validation, however many lists there are.

internal import Synchronization

/// Remembers who is trusted to sign for the length of one question.
final class SignerMemory: Sendable {
    private struct Key: Hashable {
        let signer: Certificate
        let pending: [Certificate]
    }

    private let objections = Mutex<[Key: String?]>([:])

    /// The objection to `signer`, found by `judge` at most once.
    func answer(_ signer: Certificate, _ pending: [Certificate], judge: () -> String?) -> String? {
        let key = Key(signer: signer, pending: pending)
        if let known = objections.withLock({ $0[key] }) { return known }
        let objection = judge()
        objections.withLock { $0[key] = .some(objection) }
        return objection
    }
}
