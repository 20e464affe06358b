// SPDX-License-Identifier: Apache-2.0
// A verdict with what it rests on.

/// A verdict as a cache keeps it: never a principal, never the answer of a hook.
public struct CachedVerdict: Sendable {
    /// The engine's answer.
    public let verdict: ValidationVerdict
    /// The revocation evidence it was made with; a cache that is asked for another one must not answer with it.
    public let evidenceGeneration: [UInt8]

    package init(verdict: ValidationVerdict, evidenceGeneration: [UInt8]) {
        self.verdict = verdict
        self.evidenceGeneration = evidenceGeneration
    }

    /// Whether it may be kept: trouble that passes by itself is never remembered.
    public var isCacheable: Bool {
        switch verdict {
        case .accepted(let chain): !chain.revocation.contains(where: mayPass)
        case .refused(let failure, _): failure.code != .revocationUnknown && failure.code != .internalError
        }
    }

    /// An unknown status that was let pass; a certificate without any source stays without.
    private func mayPass(_ status: RevocationStatus) -> Bool {
        guard case .unknown(let cause) = status else { return false }
        return cause.kind != .noSource
    }

    /// Every certificate the verdict is about or rests on, for dropping entries by certificate or issuer.
    public var certificates: [Certificate] {
        switch verdict {
        case .accepted(let chain): chain.certificates
        case .refused(let failure, _): failure.trace.attempts.flatMap(\.certificates)
        }
    }
}
