// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Creates verdicts as the engine would, about one client and artificial chains, to test caches with.
struct SampleVerdicts: Sendable {
    let now = Timestamp(secondsSince1970: 1_907_755_200)
    let root: TestAuthority
    let alice: TestIdentity
    private let policy: PolicyFingerprint
    private let otherPolicy: PolicyFingerprint
    private let leaf: Certificate

    init() throws {
        root = try TestAuthority("Cache Root", clock: .fixed(now))
        alice = try root.issue("alice")
        leaf = try alice.certificate
        var options = CertificateAuthenticationOptions(trust: .noAnchors)
        options.schemeName = "one"
        policy = try PolicyFingerprint(options: options, anchors: nil)
        options.schemeName = "other"
        otherPolicy = try PolicyFingerprint(options: options, anchors: nil)
    }

    /// The client's certificate, followed by an artificial second one.
    var chain: [[UInt8]] { [alice.certificateDER, [1]] }

    /// Returns a different chain for each number.
    func numbered(_ number: Int) -> [[UInt8]] {
        [alice.certificateDER] + [UInt64(number).bigEndianBytes]
    }

    /// Keys that differ from that of `chain` in one property each.
    var otherKeys: [(name: String, key: ValidationCacheKey)] {
        get throws {
            [
                ("policy", try key(chain, policy: otherPolicy)),
                ("source", try key(chain, source: .forwarded(dialect: "xfcc", verifiedByProxy: true))),
                ("chain with the same leaf", try key([alice.certificateDER, [2]])),
                ("chain of the leaf alone", try key([alice.certificateDER])),
                ("leaf", try key([[3], [1]])),
            ]
        }
    }

    func acceptance(
        _ chain: [[UInt8]],
        until end: Timestamp? = nil,
        madeAt moment: Timestamp? = nil,
        isRevocationKnown: Bool = true
    ) throws -> CachedVerdict {
        let path = try path(until: end, isRevocationKnown: isRevocationKnown)
        return try verdict(.accepted(path), chain, madeAt: moment)
    }

    private func path(until end: Timestamp?, isRevocationKnown: Bool) throws -> ValidatedChain {
        let status = RevocationStatus.unknown(.unreachable(source: "http://localhost", reason: "made up"))
        return ValidatedChain(
            leaf: leaf,
            path: CandidatePath(certificates: [leaf, try root.certificate]),
            policies: [],
            revocation: [isRevocationKnown ? .notChecked(.mode) : status, .notChecked(.mode)],
            validUntil: end
        )
    }

    func refusal(
        _ chain: [[UInt8]],
        _ code: FailureCode = .wrongUsage,
        isSigned: Bool = true
    ) throws -> CachedVerdict {
        var trace = ValidationTrace()
        if isSigned { trace.signaturesDidVerify() }
        let failure = AuthenticationFailure(Finding(code, at: 0, "made up"), trace: trace)
        return try verdict(.refused(failure, until: nil), chain, madeAt: nil)
    }

    /// Returns a refusal whose trace contains the certification path.
    func tracedRefusal(_ chain: [[UInt8]]) throws -> CachedVerdict {
        let path = try path(until: nil, isRevocationKnown: true)
        let failure = path.refusal(Finding(.wrongUsage, at: 0, "made up"))
        return try verdict(.refused(failure, until: nil), chain, madeAt: nil)
    }

    private func verdict(
        _ verdict: ValidationVerdict,
        _ chain: [[UInt8]],
        madeAt moment: Timestamp?
    ) throws -> CachedVerdict {
        CachedVerdict(verdict: verdict, key: try key(chain), evidenceGeneration: .numbered(1), madeAt: moment ?? now)
    }

    private func key(
        _ chain: [[UInt8]],
        policy: PolicyFingerprint? = nil,
        source: PresentedChain.Source = .tls
    ) throws -> ValidationCacheKey {
        guard let presented = PresentedChain(derEncoded: chain, source: source) else {
            throw Finding(.internalError, at: nil, "an empty chain")
        }
        return try ValidationCacheKey(policy: policy ?? self.policy, chain: presented)
    }
}

extension EvidenceGeneration {
    /// Returns a different generation for each number.
    static func numbered(_ number: UInt8) -> EvidenceGeneration { EvidenceGeneration(of: [[number]]) }
}
