// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Foundation

/// Validates cases with the options that `certauth verify --batch` uses for them.
struct ConformanceJudge {
    /// The kinds of evidence that the library supports; suites that need others are skipped.
    enum Evidence {
        case certificatesAlone
        case revocationLists
        case everything

        /// The kinds that the library supports today.
        static let supported = Evidence.everything

        func suffices(for revocation: ConformanceCase.Revocation) -> Bool {
            switch (revocation, self) {
            case (.none, _), (_, .everything): true
            case (.crlLeaf, .revocationLists), (.crlAll, .revocationLists): true
            default: false
            }
        }
    }

    let profile: ValidationProfile

    /// A case with all its inputs parsed.
    struct Prepared {
        /// Whether the library supports all the evidence that the case requires.
        let isComplete: Bool
        /// Runs the engine.
        let judge: () -> ValidationVerdict
    }

    /// The engine's verdict; nil if the case needs unsupported evidence and is not refused without it.
    func verdict(on testCase: ConformanceCase) throws -> ValidationVerdict? {
        guard let prepared = try prepared(testCase) else { return nil }
        let verdict = prepared.judge()
        if case .accepted = verdict, !prepared.isComplete { return nil }
        return verdict
    }

    /// The case, ready to be validated.
    func prepared(_ testCase: ConformanceCase) throws -> Prepared? {
        let now = testCase.validationTime.flatMap(Timestamp.init(iso8601:)) ?? .now
        let anchors = certificates(testCase.trustedCertificates)
        guard let leaf = Data(base64Encoded: testCase.peerCertificate), !anchors.isEmpty else {
            let failure = AuthenticationFailure(code: .untrusted, message: "no anchor that can be read")
            return Prepared(isComplete: true) { .refused(failure, until: nil) }
        }
        let isComplete = Evidence.supported.suffices(for: testCase.revocation)
        var options = try options(testCase, anchors: anchors, at: now)
        if !isComplete { options.revocationMode = .noCheck }
        guard let chain = PresentedChain(derEncoded: [Array(leaf)], source: .offline) else { return nil }
        let authenticator = try CertificateAuthenticator(
            options: options,
            revocationEvidence: evidence(testCase),
            logger: .silent
        )
        return Prepared(isComplete: isComplete) { authenticator.validate(chain) }
    }

    private func options(
        _ testCase: ConformanceCase,
        anchors: [Certificate],
        at now: Timestamp
    ) throws -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: anchors)))
        options.profile = profile
        options.additionalChainCertificates = certificates(testCase.untrustedIntermediates)
        options.validateCertificateUse = testCase.purpose == "client"
        let acceptable = Set((testCase.initialPolicySet ?? []).compactMap(OID.init(dotted:)))
        if !acceptable.isEmpty { options.certificatePolicies.acceptable = acceptable }
        options.certificatePolicies.requireExplicitPolicy = testCase.initialExplicitPolicy ?? false
        options.certificatePolicies.inhibitPolicyMapping = testCase.initialPolicyMappingInhibit ?? false
        options.certificatePolicies.inhibitAnyPolicy = testCase.initialInhibitAnyPolicy ?? false
        // 90 is the largest value that the library supports.
        if let depth = testCase.maximumChainDepth { options.limits.intermediates = min(90, depth) }
        options.revocation.maximumAge = testCase.maximumRevocationAge.map { .seconds($0) }
        // These limits protect servers from clients; a case is a trusted file.
        options.limits.certificateBytes = Certificate.fileSizeLimit
        options.limits.chainBytes = Certificate.fileSizeLimit
        options.limits.presentedValues = Certificate.fileSizeLimit
        options.limits.additionalCertificates = max(200, options.additionalChainCertificates.count)
        options.securityLevel = testCase.securityLevel ?? 2
        options.clock = VerificationClock { now }
        switch testCase.revocation {
        case .none: options.revocationMode = .noCheck
        case .crlLeaf, .ocspLeaf:
            options.revocationMode = .offline
            options.revocationFlag = .endCertificateOnly
        case .crlAll, .ocspAll:
            options.revocationMode = .offline
            options.revocationFlag = .excludeRoot
        }
        return options
    }

    /// The statements of the required kind; an unreadable one is a failure of its source.
    private func evidence(_ testCase: ConformanceCase) -> RevocationEvidence {
        var failures: [RevocationSourceFailure] = []
        var lists: [CertificateRevocationList] = []
        for (index, text) in (testCase.revocation.isOCSP ? [] : testCase.crls).enumerated() {
            do throws(CertificateError) {
                lists.append(try CertificateRevocationList(derEncoded: bytes(text)))
            } catch {
                let cause = RevocationStatus.Cause.malformed(source: "crls[\(index)]", reason: "\(error)")
                failures.append(RevocationSourceFailure(source: "crls[\(index)]", cause: cause))
            }
        }
        var responses: [OCSPResponse] = []
        for (index, text) in (testCase.revocation.isOCSP ? testCase.ocsp ?? [] : []).enumerated() {
            do throws(OCSPResponseError) {
                responses.append(try OCSPResponse(derEncoded: bytes(text)))
            } catch {
                let source = "ocsp[\(index)]"
                failures.append(RevocationSourceFailure(source: source, cause: error.cause(source: source)))
            }
        }
        return RevocationEvidence(revocationLists: lists, ocspResponses: responses, failures: failures)
    }

    private func bytes(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }

    /// Unreadable certificates are omitted.
    private func certificates(_ texts: [String]) -> [Certificate] {
        texts.compactMap { text in
            Data(base64Encoded: text).flatMap { try? Certificate(derEncoded: Array($0)) }
        }
    }
}
