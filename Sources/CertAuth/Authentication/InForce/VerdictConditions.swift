// SPDX-License-Identifier: Apache-2.0
// Records whether anything that verdicts are based on has changed.
//
// A request may wait between its verdict and its result: for a hook, for evidence, for an authorization rule. Comparing
// one number shows whether anything has changed meanwhile, so a request is validated again only if something has.

internal import Synchronization

/// What an authenticator's verdicts are based on, besides certificates and options.
final class VerdictConditions: Sendable {
    private let notice = ConditionChangeNotice()
    private let counter = Atomic<Int>(0)
    private let invalidationCounter = Atomic<Int>(0)
    /// The scopes of the latest invalidations.
    private let invalidations = Mutex<[InvalidationScope]>([])
    /// The maximum number of stored scopes. After more invalidations during one wait, every verdict is made again.
    private static let keptInvalidations = 64
    /// The signed parts of the end-entity certificates that the application has revoked.
    private let revokedByApplication = Mutex<Set<[UInt8]>>([])
    let clock: VerificationClock

    init(clock: VerificationClock) { self.clock = clock }

    /// The number of changes, including every change that was made before this is read.
    var count: Int { counter.load(ordering: .sequentiallyConsistent) }

    /// The number of invalidations, counted in the same way.
    var invalidationCount: Int { invalidationCounter.load(ordering: .sequentiallyConsistent) }

    /// Records an invalidation, then notifies the subscribers.
    func invalidate(_ scope: InvalidationScope) {
        invalidations.withLock { kept in
            kept.append(scope)
            if kept.count > Self.keptInvalidations { kept.removeFirst() }
            invalidationCounter.add(1, ordering: .sequentiallyConsistent)
        }
        post(.invalidated(scope))
    }

    /// Whether an invalidation after the first `count` affects a verdict.
    ///
    /// - Parameter certificates: the validated path; nil for a refusal, which every invalidation affects.
    func areInvalidated(_ certificates: [Certificate]?, since count: Int) -> Bool {
        guard invalidationCount != count else { return false }
        guard let certificates else { return true }
        let missed = invalidations.withLock { kept -> ArraySlice<InvalidationScope>? in
            let missed = invalidationCount - count
            return missed <= kept.count ? kept.suffix(missed) : nil
        }
        return missed?.contains { $0.covers(certificates) } ?? true
    }

    /// Counts a change that has been made, without notifying the subscribers.
    func countChange() { counter.add(1, ordering: .sequentiallyConsistent) }

    /// Counts a change that has been made, then notifies the subscribers.
    func post(_ change: ConditionChange) {
        countChange()
        notice.post(change)
    }

    /// Calls `listener` for every change that may concern a client, as `ConditionChangeNotice` does.
    func subscribe(
        presented digests: [[UInt8]],
        _ listener: @escaping ConditionChangeNotice.Listener
    ) -> ConditionChangeNotice.Subscription {
        notice.subscribe(presented: digests, listener)
    }

    /// Refuses the certificate from now on, and invalidates the verdicts on it.
    func revoke(_ certificate: Certificate) {
        revokedByApplication.withLock { _ = $0.insert(certificate.signedPart) }
        invalidate(.certificate(certificate))
    }

    func reinstate(_ certificate: Certificate) {
        revokedByApplication.withLock { _ = $0.remove(certificate.signedPart) }
    }

    /// The signed parts of the certificates that the application has revoked.
    var signedPartsRevokedByApplication: Set<[UInt8]> { revokedByApplication.withLock { $0 } }

    /// Refuses certificates with these signed parts from now on.
    func revoke(signedParts: Set<[UInt8]>) {
        let isNews = revokedByApplication.withLock { revoked in
            let former = revoked.count
            revoked.formUnion(signedParts)
            return revoked.count != former
        }
        if isNews { invalidate(.everything) }
    }

    /// The refusal of a client whose certificate the application has revoked; nil for all others.
    func applicationRefusal(ofLeaf derEncoded: [UInt8]?) -> AuthenticationFailure? {
        // Nothing is parsed under the lock, because all handshakes take it.
        let revoked = revokedByApplication.withLock { $0 }
        // Bytes that cannot be parsed here are not a certificate and are refused as malformed.
        guard !revoked.isEmpty, let derEncoded, let signedPart = Certificate.signedPart(of: derEncoded),
            revoked.contains(signedPart)
        else { return nil }
        return AuthenticationFailure(Finding(.revoked, at: 0, "revoked by the application"))
    }
}

extension AuthenticatedClient {
    /// Whether anything that the client's verdict may be based on has changed since the authentication.
    var mayHaveChanged: Bool {
        guard let conditions else { return false }
        return conditions.count != changes || !holds(at: conditions.clock.now())
    }

    /// Why the client must be refused after a wait: the application has revoked its certificate, or its verdict has
    /// expired. Nil if neither applies. The authenticator checks the other evidence.
    var refusalAfterWait: AuthenticationFailure? {
        guard let conditions else { return nil }
        if conditions.count != changes,
            let refusal = conditions.applicationRefusal(ofLeaf: certificate.derEncoded)
        {
            return refusal
        }
        let now = conditions.clock.now()
        guard !holds(at: now) else { return nil }
        for (index, found) in chain.certificates.enumerated() where found.validity.lastMoment < now {
            let text = "\(found): expired at \(found.validity.notAfter), while the request waited"
            return chain.refusal(Finding(.expired, at: index, text, rule: "RFC 5280 §4.1.2.5"))
        }
        let text = "the evidence by which the client was accepted expired while the request waited"
        return chain.refusal(Finding(.revocationUnknown, at: nil, text))
    }

    private func holds(at moment: Timestamp) -> Bool { validUntil.map { moment <= $0 } ?? true }
}
