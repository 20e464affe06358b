// SPDX-License-Identifier: Apache-2.0
// Verdicts that end before their time, because somebody says so.

extension CertificateAuthenticator {
    /// Forgets verdicts, and cached decisions of hooks: later requests are validated again, and so are the clients of open
    /// connections, at once.
    ///
    /// By the same rules they can be accepted again: to keep a client out, call `revoke`, or have `onCertificateValidated`
    /// refuse it before this call. A request that waits for its hook meanwhile calls the hook again.
    public func invalidate(_ scope: InvalidationScope = .everything) {
        removeCachedHookDecisions()
        verdicts.forWholeFamily { source in
            switch scope {
            case .everything: source.cache?.removeAll()
            case .certificate(let certificate): source.cache?.removeVerdicts(involving: certificate)
            case .issuer(let name): source.cache?.removeVerdicts(issuedBy: name)
            }
            source.circumstances.invalidate(scope)
        }
    }

    /// Refuses, as `revoked`, every client that presents `certificate` as its own: from now on, whatever the revocation
    /// mode, on open connections too, and under any signature. No result that is given after this call has returned
    /// accepts it, even if the request waits for a hook.
    ///
    /// It applies until `reinstate`, to this authenticator and to those that replace it, or were replaced by it, at a
    /// reload of a listener or server.
    public func revoke(_ certificate: Certificate) {
        verdicts.forWholeFamily { $0.circumstances.revoke(certificate) }
    }

    /// Takes back what `revoke` did; what CRLs and OCSP responses say of the certificate counts as before.
    public func reinstate(_ certificate: Certificate) {
        verdicts.forWholeFamily { $0.circumstances.reinstate(certificate) }
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
