// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Validates chains by the shadow policy and reports differences. It has no effect on clients.
final class ShadowValidator: Sendable {
    private let policy: PolicyInForce
    private let shadow: ShadowPolicy
    private let log: DecisionLog
    private let underWay = Atomic(0)

    init(_ shadow: ShadowPolicy, log: DecisionLog) throws(ConfigurationError) {
        try shadow.options.check()
        policy = try PolicyInForce(options: shadow.options)
        self.shadow = shadow
        self.log = log
    }

    /// Compares the verdicts later, on another task.
    ///
    /// - Parameter evidence: the evidence that the verdict could be based on.
    func compare(
        _ verdict: ValidationVerdict,
        on chain: PresentedChain,
        evidence: @escaping @Sendable () -> RevocationEvidence
    ) {
        let count = underWay.add(1, ordering: .relaxed).newValue
        guard count <= max(1, shadow.concurrentValidations) else {
            underWay.subtract(1, ordering: .relaxed)
            log.metrics.shadows.increment("skipped")
            return
        }
        shadow.run { [self] in
            defer { underWay.subtract(1, ordering: .relaxed) }
            let now = shadow.options.clock.now()
            let other = policy.current.engine.verdict(for: chain, evidence: evidence(), at: now)
            guard verdict.code != other.code else {
                log.metrics.shadows.increment("same")
                return
            }
            log.metrics.shadows.increment("different")
            log.differs(verdict, shadow: other, leaf: verdict.leaf ?? other.leaf)
        }
    }
}

extension ValidationVerdict {
    /// The client's certificate, if it could be parsed.
    fileprivate var leaf: TracedCertificate? {
        switch self {
        case .accepted(let chain): TracedCertificate(chain.leaf, isLeaf: true)
        case .refused(let failure, _): failure.trace.attempts.first?.certificates.first
        }
    }
}
