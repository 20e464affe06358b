// SPDX-License-Identifier: Apache-2.0
// Verdicts that end before their time, because somebody says so.

internal import Synchronization

extension CertificateAuthenticator {
    /// Forgets verdicts, and cached decisions of hooks: who asks next is judged anew, and so are the clients of open
    /// connections, at once.
    ///
    /// Judged anew by the same rules they may be let in again: to keep somebody out, `revoke` them, or refuse them in
    /// `onCertificateValidated` before this call.
    public func invalidate(_ scope: InvalidationScope = .everything) {
        switch scope {
        case .everything: cache?.removeAll()
        case .certificate(let certificate): cache?.removeVerdicts(involving: certificate)
        case .issuer(let name): cache?.removeVerdicts(issuedBy: name)
        }
        removeCachedHookDecisions()
        invalidations.add(1, ordering: .sequentiallyConsistent)
        changes.post(.invalidated(scope))
    }

    /// Refuses, as `revoked`, whoever presents `certificate` as their own: from now on, whatever the revocation mode,
    /// on open connections too, and under any signature. It holds for this authenticator until `reinstate`, and for one
    /// that takes its place at a reload of a listener or server.
    public func revoke(_ certificate: Certificate) {
        revokedByHand.withLock { _ = $0.insert(certificate.signedPart) }
        invalidations.add(1, ordering: .sequentiallyConsistent)
        changes.post(.invalidated(.certificate(certificate)))
    }

    /// Takes back what `revoke` did; what CRLs and OCSP say of the certificate counts as ever.
    public func reinstate(_ certificate: Certificate) {
        revokedByHand.withLock { _ = $0.remove(certificate.signedPart) }
    }

    /// The refusal of a chain whose first certificate was revoked by hand.
    func refusalByHand(of chain: PresentedChain) -> ValidationVerdict? {
        // Nothing is parsed under the lock, which all handshakes take.
        let revoked = revokedByHand.withLock { $0 }
        // What can't be read here is no certificate, and is refused as malformed.
        guard !revoked.isEmpty, let leaf = chain.derEncoded.first,
            let signedPart = Certificate.signedPart(of: leaf), revoked.contains(signedPart)
        else { return nil }
        return .refused(AuthenticationFailure(Finding(.revoked, at: 0, "revoked by the application")), until: nil)
    }
}

extension CertificateAuthenticator {
    /// What an authenticator listens to as long as it lives.
    struct Subscriptions: Sendable {
        private let trust: ChangeNotice<Void>.Subscription?
        private let evidence: ChangeNotice<[UInt8]?>.Subscription?

        init(
            to trust: TrustPolicy,
            _ store: RevocationEvidenceStore?,
            telling changes: ChangeNotice<CircumstanceChange>
        ) {
            if case .reloadable(let source) = trust {
                self.trust = source.changes.subscribe { changes.post(.trust) }
            } else {
                self.trust = nil
            }
            evidence = store?.changes.subscribe { changes.post(.evidence(about: $0)) }
        }
    }
}
