// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticator {
    /// Discards verdicts and cached decisions of hooks. Later requests are validated again. The clients of open
    /// connections are validated again: those of one certificate or issuer at once, others in slices.
    ///
    /// The same rules may accept them again: to exclude a client, call `revoke`, or let `onCertificateValidated` refuse
    /// it before this call. A request that waits for its hook meanwhile calls the hook again.
    public func invalidate(_ scope: InvalidationScope = .everything) {
        removeCachedHookDecisions()
        // The order matters: no verdict that is held anywhere is used while the caches are searched. Open connections
        // are validated again by then, and must not find a verdict that is about to be removed.
        verdicts.forWholeFamily { $0.outdated.add(scope) }
        verdicts.forWholeFamily { $0.conditions.invalidate(scope) }
        verdicts.forWholeFamily { source in
            switch scope {
            case .everything: source.cache?.removeAll()
            case .certificate(let certificate): source.cache?.removeVerdicts(involving: certificate)
            case .issuer(let name): source.cache?.removeVerdicts(issuedBy: name)
            }
        }
    }

    /// Refuses every client that presents `certificate` as its own, with code `revoked`. This applies from now on, in
    /// every revocation mode, on open connections too, and to every form of the signature. No result that is returned
    /// after this call accepts it, even if the request waits for a hook.
    ///
    /// It applies until `reinstate` is called. It also applies to authenticators that replace this one, or were
    /// replaced by it, at a reload of a listener or server.
    public func revoke(_ certificate: Certificate) {
        verdicts.forWholeFamily { $0.conditions.revoke(certificate) }
    }

    /// Reverses `revoke`. CRLs and OCSP responses about the certificate apply as before.
    public func reinstate(_ certificate: Certificate) {
        verdicts.forWholeFamily { $0.conditions.reinstate(certificate) }
    }
}

extension CertificateAuthenticator {
    /// The subscriptions of an authenticator, for its lifetime.
    struct Subscriptions: Sendable {
        private let trust: ChangeNotice<Void>.Subscription?
        private let evidence: ChangeNotice<[UInt8]?>.Subscription?

        init(
            to trust: TrustPolicy,
            _ store: RevocationEvidenceStore?,
            replacing policies: PolicyInForce,
            telling conditions: VerdictConditions
        ) {
            if case .reloadable(let source) = trust {
                self.trust = source.changes.subscribe {
                    // Replaced here, so that no request has to do it, and the former store is released.
                    _ = policies.current
                    conditions.post(.trust)
                }
            } else {
                self.trust = nil
            }
            evidence = store?.changes.subscribe { conditions.post(.evidence(about: $0)) }
        }
    }
}
