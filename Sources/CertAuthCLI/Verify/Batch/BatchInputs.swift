// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// A decoded case, as options and evidence for the library.
struct BatchInputs {
    let now: Timestamp
    let leafDER: [UInt8]
    let revocation: EvidenceArgument
    let options: CertificateAuthenticationOptions
    let evidence: RevocationEvidence
    let anchors: [Certificate]
    private let issuers: [Certificate]

    /// Creates the inputs. Certificates that cannot be decoded are skipped, because they prove nothing.
    ///
    /// - Throws: `malformed` for an invalid case, `untrusted` without a decodable trust anchor.
    init(
        _ request: BatchCase,
        profile: ValidationProfile,
        constrainsCommonNames: Bool
    ) throws(Finding) {
        now = try Self.moment(request.validationTime)
        guard let leafDER = Base64.decoded(Array(request.peerCertificate.utf8)) else {
            throw Finding(.malformed, at: 0, "peer_certificate is not base64")
        }
        self.leafDER = leafDER
        revocation = try Self.word(request.revocation ?? "none", "revocation")
        anchors = Self.certificates(request.trustedCertificates)
        let intermediates = Self.certificates(request.untrustedIntermediates ?? [])
        issuers = anchors + intermediates
        evidence = Self.evidence(request, from: revocation)
        var options = try Self.options(request, anchors: anchors, intermediates: intermediates, revocation, now)
        options.profile = profile
        options.constrainsCommonNames = request.constrainsCommonNames ?? constrainsCommonNames
        self.options = options
    }

    /// Returns the decoded leaf.
    func leaf() throws(Finding) -> Certificate {
        do throws(CertificateError) {
            return try Certificate(derEncoded: leafDER)
        } catch {
            throw Finding(.malformed, at: 0, "\(error)")
        }
    }

    /// Returns the issuer of `leaf` among the given certificates. Anchors come first; a certificate whose key verifies
    /// the signature takes precedence over one that only has the name.
    func issuer(of leaf: Certificate) -> Certificate? {
        let named = issuers.filter { $0.subject.matches(leaf.issuer) }
        return named.first { leaf.handle.isSigned(by: $0.handle) } ?? named.first
    }

    private static func options(
        _ request: BatchCase,
        anchors: [Certificate],
        intermediates: [Certificate],
        _ revocation: EvidenceArgument,
        _ now: Timestamp
    ) throws(Finding) -> CertificateAuthenticationOptions {
        let purpose: PurposeArgument = try word(request.purpose ?? "client", "purpose")
        let trust: TrustStore
        do throws(TrustStoreError) {
            trust = try TrustStore(certificates: anchors)
        } catch {
            throw Finding(.untrusted, at: nil, "trusted_certs: \(error)")
        }
        var options = CertificateAuthenticationOptions(trust: .custom(trust))
        options.additionalChainCertificates = intermediates
        options.validateCertificateUse = purpose == .client
        options.certificatePolicies = try policies(request)
        revocation.apply(to: &options)
        options.revocation.maximumAge = request.maximumRevocationAge.map { .seconds($0) }
        options.limits.additionalCertificates = max(options.limits.additionalCertificates, intermediates.count)
        // These limits protect servers from clients. A case comes from the operator's file.
        options.limits.certificateBytes = Certificate.fileSizeLimit
        options.limits.chainBytes = Certificate.fileSizeLimit
        options.limits.presentedValues = Certificate.fileSizeLimit
        // The library's limit is 90; no real path is longer.
        if let depth = request.maximumChainDepth { options.limits.intermediates = min(90, max(0, depth)) }
        options.securityLevel = min(2, max(0, request.securityLevel ?? 2))
        options.clock = .fixed(now)
        return options
    }

    /// Returns the policy inputs of RFC 5280 section 6.1.1.
    private static func policies(_ request: BatchCase) throws(Finding) -> CertificatePolicyOptions {
        var policies = CertificatePolicyOptions()
        var acceptable: Set<OID> = []
        for text in request.initialPolicySet ?? [] {
            guard let policy = OID(dotted: text) else {
                throw Finding(.malformed, at: nil, "initial_policy_set: \(DisplayText.escaped(text)) is not an OID")
            }
            acceptable.insert(policy)
        }
        if !acceptable.isEmpty { policies.acceptable = acceptable }
        policies.requireExplicitPolicy = request.initialExplicitPolicy ?? false
        policies.inhibitPolicyMapping = request.initialPolicyMappingInhibit ?? false
        policies.inhibitAnyPolicy = request.initialInhibitAnyPolicy ?? false
        return policies
    }

    /// Returns the kind of evidence that the case selects. Evidence that cannot be decoded is a failure of its source.
    private static func evidence(_ request: BatchCase, from kind: EvidenceArgument) -> RevocationEvidence {
        var failures: [RevocationSourceFailure] = []
        var lists: [CertificateRevocationList] = []
        for (index, text) in (kind.isOCSP ? [] : request.revocationLists ?? []).enumerated() {
            let source = "crls[\(index)]"
            do throws(CertificateError) {
                lists.append(try CertificateRevocationList(derEncoded: Base64.decoded(Array(text.utf8)) ?? []))
            } catch {
                let cause = RevocationStatus.Cause.malformed(source: source, reason: "\(error)")
                failures.append(RevocationSourceFailure(source: source, cause: cause))
            }
        }
        var responses: [OCSPResponse] = []
        for (index, text) in (kind.isOCSP ? request.ocspResponses ?? [] : []).enumerated() {
            let source = "ocsp[\(index)]"
            do throws(OCSPResponseError) {
                responses.append(try OCSPResponse(derEncoded: Base64.decoded(Array(text.utf8)) ?? []))
            } catch {
                failures.append(RevocationSourceFailure(source: source, cause: error.cause(source: source)))
            }
        }
        return RevocationEvidence(revocationLists: lists, ocspResponses: responses, failures: failures)
    }

    private static func certificates(_ texts: [String]) -> [Certificate] {
        texts.compactMap { text in
            Base64.decoded(Array(text.utf8)).flatMap { try? Certificate(derEncoded: $0) }
        }
    }

    private static func moment(_ text: String?) throws(Finding) -> Timestamp {
        guard let text else { return .now }
        guard let moment = Timestamp(iso8601: text) else {
            throw Finding(.malformed, at: nil, "validation_time \(DisplayText.escaped(text)) is not ISO 8601")
        }
        return moment
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String,
        _ field: String
    ) throws(Finding) -> Word {
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Finding(.malformed, at: nil, "\(field) is \(DisplayText.escaped(text)), expected one of \(known)")
        }
        return word
    }
}
