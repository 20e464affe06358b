// SPDX-License-Identifier: Apache-2.0

/// Whether a verdict is still valid. Checked in this order: revocation by the application, validity period, evidence.
enum VerdictValidity {
    /// It is valid. The record includes the changes that made no difference.
    case holds(VerdictRecord)
    /// The application has revoked the certificate.
    case revoked(AuthenticationFailure)
    /// It must be made again. If the path was invalidated, the hook must be called again too.
    case doubtful(isInvalidated: Bool)
}

extension VerdictSource {
    /// Whether a verdict has not expired and nothing has changed since. If false, `validity` decides.
    func isUnchanged(_ record: VerdictRecord) -> Bool {
        conditions.count == record.changes && record.holds(at: options.clock.now())
    }

    /// Whether a verdict is still valid, after a wait or at a later request.
    ///
    /// If nothing has changed, this costs a comparison and a clock reading.
    ///
    /// - Parameter digests: the SHA-256 digests of the presented certificates; nil if they could not be hashed.
    func validity(
        of record: VerdictRecord,
        digests: @autoclosure () -> [[UInt8]]?
    ) -> VerdictValidity {
        let changes = conditions.count
        let now = options.clock.now()
        guard changes != record.changes else {
            return record.holds(at: now) ? .holds(record) : .doubtful(isInvalidated: false)
        }
        if let leaf = record.path?.leaf, let failure = conditions.applicationRefusal(ofLeaf: leaf.derEncoded) {
            return .revoked(failure)
        }
        let isInvalidated = conditions.areInvalidated(
            record.path?.certificates,
            since: record.basis.invalidations
        )
        guard !isInvalidated, record.holds(at: now) else { return .doubtful(isInvalidated: isInvalidated) }
        guard let digests = digests() else { return .doubtful(isInvalidated: false) }
        let present = basis(digests: digests)
        var confirmed = record
        // The invalidations since then concern other paths.
        confirmed.basis.invalidations = present.invalidations
        confirmed.changes = changes
        return confirmed.basis == present ? .holds(confirmed) : .doubtful(isInvalidated: false)
    }
}
