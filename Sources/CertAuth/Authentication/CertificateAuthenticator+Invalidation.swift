// SPDX-License-Identifier: Apache-2.0
// Verdicts that end before their time, because somebody says so.

extension CertificateAuthenticator {
    /// Forgets verdicts, and cached decisions of hooks: who asks next is judged anew, and so are the clients of open
    /// connections, at once.
    ///
    /// By the same rules they may be accepted again: to keep a client out, call `revoke`, or have `onCertificateValidated`
    /// refuse it before this call. A request that waits for its hook meanwhile asks the hook again.
    public func invalidate(_ scope: InvalidationScope = .everything) {
        switch scope {
        case .everything: verdicts.cache?.removeAll()
        case .certificate(let certificate): verdicts.cache?.removeVerdicts(involving: certificate)
        case .issuer(let name): verdicts.cache?.removeVerdicts(issuedBy: name)
        }
        removeCachedHookDecisions()
        circumstances.invalidate(scope)
    }

    /// Refuses, as `revoked`, every client that presents `certificate` as its own: from now on, whatever the revocation
    /// mode, on open connections too, and under any signature. No result that is given after this call has returned
    /// accepts it, even if the request waits for a hook. It holds for this authenticator until `reinstate`, and for
    /// one that takes its place at a reload of a listener or server.
    public func revoke(_ certificate: Certificate) {
        circumstances.revoke(certificate)
    }

    /// Takes back what `revoke` did; what CRLs and OCSP say of the certificate counts as ever.
    public func reinstate(_ certificate: Certificate) {
        circumstances.reinstate(certificate)
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
            telling circumstances: Circumstances
        ) {
            if case .reloadable(let source) = trust {
                self.trust = source.changes.subscribe { circumstances.post(.trust) }
            } else {
                self.trust = nil
            }
            evidence = store?.changes.subscribe { circumstances.post(.evidence(about: $0)) }
        }
    }
}
