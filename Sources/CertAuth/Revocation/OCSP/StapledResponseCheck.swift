// SPDX-License-Identifier: Apache-2.0

/// Decides whether a server may staple an OCSP response for its own certificate (RFC 6066 §8).
///
/// The response must be what a client accepts: about this certificate, signed by its issuer or by a responder that the
/// issuer authorized, current, and good. The options of the server's clients do not apply, because the server's peers
/// do not know them.
package struct StapledResponseCheck: Sendable {
    private let certificate: Certificate
    /// Nil if it is not known.
    private let issuer: Certificate?

    /// The answer about one response, or about all of some evidence.
    package enum Answer: Sendable {
        /// It may be stapled while it is current.
        case usable(StapledResponse)
        /// An authentic response says that the certificate is revoked.
        case revoked(at: Timestamp)
        /// The response is not about the certificate, or there is none about it.
        case notAbout
        /// The response must not be stapled.
        case unusable(RevocationStatus.Cause)
    }

    /// The maximum size of a stapled response in bytes. Real ones have 0.5 to 4 KB. One of 64 KiB would not fit into the
    /// extensions of a certificate in TLS 1.3 (RFC 8446 §4.4.2), and every handshake that asks for it would fail.
    package static let sizeLimit = 16 * 1024

    /// - Parameter issuer: the certificate of the issuer. Nil if it is not known: then no signature is verified.
    package init(of certificate: Certificate, issuedBy issuer: Certificate?) {
        self.certificate = certificate
        self.issuer = issuer
    }

    /// Whether signatures are verified.
    package var verifies: Bool { issuer != nil }

    /// The answer about one response.
    package func answer(by response: OCSPResponse, at now: Timestamp) -> Answer {
        guard response.isAbout(certificate, issuedBy: issuer) else { return .notAbout }
        guard response.derEncoded.count <= Self.sizeLimit else { return Self.tooLarge }
        guard issuer != nil else { return unverified(response, at: now) }
        return answer(by: RevocationEvidence(revocationLists: [], ocspResponses: [response]), at: now)
    }

    /// The best response of some evidence. Only verified ones are used, so there is none without an issuer.
    package func answer(by evidence: RevocationEvidence, at now: Timestamp) -> Answer {
        guard let issuer else { return .notAbout }
        let search = OCSPSearch(
            certificate: certificate,
            issuer: issuer,
            evidence: evidence,
            trust: IssuerSignerTrust(issuer: issuer, trusted: [], pool: []),
            pending: [],
            context: Self.context(at: now)
        )
        let answer = search.answer()
        switch answer.verdict {
        case .good(let proof):
            let responses = evidence.responses(about: certificate.serialNumber)
            guard let response = responses.first(where: { $0.fingerprint == proof.fingerprint }) else {
                return .notAbout
            }
            guard response.derEncoded.count <= Self.sizeLimit else { return Self.tooLarge }
            return .usable(StapledResponse(response, from: proof.thisUpdate, until: proof.usableUntil))
        case .revoked(let moment, _, _): return .revoked(at: moment)
        case .unknown: return answer.causes.first.map { .unusable($0) } ?? .notAbout
        }
    }

    /// The answer about a response whose signer is not known. A client with the issuer's certificate verifies it.
    private func unverified(_ response: OCSPResponse, at now: Timestamp) -> Answer {
        let issuer = DisplayText.escaped(certificate.issuer.rfc4514)
        let entries = response.entries.filter { $0.certificateID.mayName(certificate) }
        for entry in entries { if case .revoked(let moment, _) = entry.status { return .revoked(at: moment) } }
        guard let entry = entries.max(by: { $0.thisUpdate < $1.thisUpdate }) else { return .notAbout }
        guard entries.allSatisfy({ $0.status == .good }) else {
            return .unusable(.unknownToResponder(responder: "\(response.responderID)"))
        }
        if let unknown = response.objectionable ?? entry.objectionable {
            return .unusable(.criticalExtension(issuer: issuer, unknown))
        }
        let time = EvidenceTime(Self.context(at: now))
        let lifetime = time.options.responseLifetime
        guard !time.isFuture(response.producedAt) else {
            return .unusable(.notYetCurrent(issuer: issuer, thisUpdate: response.producedAt))
        }
        if let cause = time.objection(
            issuer: issuer,
            thisUpdate: entry.thisUpdate,
            nextUpdate: entry.nextUpdate,
            lifetime: lifetime
        ) {
            return .unusable(cause)
        }
        let end = time.end(of: entry.thisUpdate, nextUpdate: entry.nextUpdate, lifetime: lifetime)
        return .usable(StapledResponse(response, from: entry.thisUpdate, until: end))
    }

    private static var tooLarge: Answer { .unusable(.tooLarge(source: "the responder", limit: sizeLimit)) }

    private static func context(at now: Timestamp) -> ValidationContext {
        var options = CertificateAuthenticationOptions(trust: .noAnchors)
        // Clients decide what they need to know about a responder. What is known to be revoked is not stapled.
        options.revocation.responderRevocation = .onlyIfRevoked
        return ValidationContext(options: options, now: now)
    }
}

/// An OCSP response that may be stapled for a certificate while it is current.
package struct StapledResponse: Sendable {
    private let response: OCSPResponse
    private let begin: Timestamp
    /// The last moment at which it is current; nil if nothing limits it.
    package let end: Timestamp?

    init(_ response: OCSPResponse, from begin: Timestamp, until end: Timestamp?) {
        self.response = response
        self.begin = begin
        self.end = end
    }

    package var derEncoded: [UInt8] { response.derEncoded }

    /// Whether the response is current: from thisUpdate, with the usual clock skew, until nextUpdate or the end of the
    /// responder's certificate.
    package func isCurrent(at now: Timestamp) -> Bool {
        let skew = RevocationOptions().clockSkew.wholeSeconds
        guard begin <= now.adding(seconds: skew) else { return false }
        return end.map { now <= $0 } ?? true
    }
}

extension OCSPResponse {
    /// Whether an entry is about `certificate`.
    ///
    /// - Parameter issuer: nil if it is not known. Then the digest of its key is not compared.
    package func isAbout(_ certificate: Certificate, issuedBy issuer: Certificate?) -> Bool {
        entries.contains { entry in
            let identifier = entry.certificateID
            return issuer.map { identifier.names(certificate, issuedBy: $0) } ?? identifier.mayName(certificate)
        }
    }
}
