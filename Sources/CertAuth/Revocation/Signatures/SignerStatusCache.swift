// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether a certificate may sign statements.
enum SignerStatus: Sendable {
    /// It has a valid path of its own to the same anchor.
    case trusted
    /// It has such a path, but the revocation status of a certificate in it is unknown, and the policy does not permit
    /// that. Its statements can show that a certificate is revoked, but not that it is good.
    case doubtful(String)
    /// It has no such path, for this reason.
    case refused(String)
}

/// Caches the status of signers for the duration of one question. Clients can present certificates with the names of
/// signers, so each is validated at most once, however many CRLs there are.
final class SignerStatusCache: Sendable {
    private struct Key: Hashable {
        let signer: Certificate
        let pending: [Certificate]
    }

    private let statuses = Mutex<[Key: SignerStatus]>([:])

    /// The status of `signer`, determined by `validate` at most once.
    func answer(_ signer: Certificate, _ pending: [Certificate], validate: () -> SignerStatus) -> SignerStatus {
        let key = Key(signer: signer, pending: pending)
        if let known = statuses.withLock({ $0[key] }) { return known }
        let status = validate()
        statuses.withLock { $0[key] = status }
        return status
    }
}
