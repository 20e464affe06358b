// SPDX-License-Identifier: Apache-2.0

extension RevocationStatus {
    /// Why a revocation status is unknown. Add a default case to a `switch`: causes may be added.
    public enum Cause: Sendable, Hashable {
        /// There is neither a CRL nor an OCSP response for the certificate.
        case noSource(issuer: String)
        /// All available statements are about other certificates. `found` describes them.
        case aboutOthers(issuer: String, found: String)
        /// The statement's signature does not verify with any authorized key.
        case badSignature(issuer: String)
        /// The statement names a responder that is neither the issuer, nor pinned, nor in the response.
        case otherResponder(issuer: String, responder: String)
        /// The signature uses MD5, SHA-1 or an unknown algorithm.
        case weakSignature(issuer: String, algorithm: String)
        /// The CRL's issuer may not sign CRLs.
        case issuerMayNotSign(issuer: String)
        /// The signer has no valid path to the same anchor, or is not an authorized responder of this issuer.
        case signerNotTrusted(signer: String, reason: String)
        /// The statement has expired, or has no nextUpdate.
        case stale(issuer: String, nextUpdate: Timestamp?)
        /// The statement has no nextUpdate and no maximum age is set, so it is not, or no longer, accepted.
        ///
        /// - Parameter lifetime: the number of seconds for which it was accepted; nil for not at all.
        case unbounded(issuer: String, thisUpdate: Timestamp, lifetime: Duration?)
        /// The statement is older than `RevocationOptions.maximumAge`.
        case tooOld(issuer: String, thisUpdate: Timestamp)
        /// The statement is from the future.
        case notYetCurrent(issuer: String, thisUpdate: Timestamp)
        /// The statement is older than the certificate.
        case beforeCertificate(issuer: String, producedAt: Timestamp, notBefore: Timestamp)
        /// The CRL has no number, so an old one could have been replayed.
        case unnumbered(issuer: String)
        /// The CRL does not cover this certificate, or not all reasons. `kind` says what is missing.
        case notCovered(issuer: String, kind: String)
        /// A critical extension is unknown.
        case criticalExtension(issuer: String, OID)
        /// The CRL lists the certificate, but has an unknown critical extension, so RFC 5280 §5.2 forbids its use. No
        /// policy permits this.
        case listedUnderCriticalExtension(issuer: String)
        /// The bytes from a source cannot be parsed.
        case malformed(source: String, reason: String)
        /// The responder states that it does not know the certificate.
        case unknownToResponder(responder: String)
        /// The responder returned an error such as `tryLater` or `unauthorized`.
        case responderError(source: String, OCSPResponseStatus)
        /// One response makes contradictory statements about the certificate.
        case contradictory(responder: String)
        /// The response lacks the nonce of the request.
        case nonceMismatch(responder: String)
        /// A source cannot be reached.
        case unreachable(source: String, reason: String)
        /// A source did not answer in time.
        case timedOut(source: String)
        /// The answer of a source exceeds a limit, in bytes.
        case tooLarge(source: String, limit: Int)
        /// A source offers an older CRL than the current one, which may be a replay.
        case rolledBack(source: String, reason: String)
    }
}

extension RevocationStatus.Cause {
    /// The kind of the cause, as policies and logs name it.
    public var kind: RevocationCauseKind {
        switch self {
        case .noSource, .aboutOthers: .noSource
        case .badSignature, .otherResponder: .badSignature
        case .weakSignature: .weakSignature
        case .issuerMayNotSign: .issuerMayNotSign
        case .signerNotTrusted: .signerNotTrusted
        case .stale, .unbounded: .stale
        case .tooOld: .tooOld
        case .notYetCurrent, .beforeCertificate: .notYetCurrent
        case .unnumbered: .unnumbered
        case .notCovered: .notCovered
        case .criticalExtension: .criticalExtension
        case .listedUnderCriticalExtension: .listedUnderCriticalExtension
        case .malformed: .malformed
        case .unknownToResponder: .unknownToResponder
        case .responderError: .responderError
        case .contradictory: .contradictory
        case .nonceMismatch: .nonceMismatch
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .tooLarge: .tooLarge
        case .rolledBack: .rolledBack
        }
    }
}

extension RevocationStatus.Cause: CustomStringConvertible {
    /// One line: which issuer or source, what is missing, and what would fix it.
    public var description: String {
        switch self {
        case .noSource(let issuer):
            "there is neither a CRL of \(issuer) nor an OCSP response: give one, or set revocationMode to noCheck or "
                + "unknownRevocation to allow (certauth serve: --crl, --revocation none, --unknown-revocation allow)"
        case .aboutOthers(let issuer, let found):
            "no statement is about the certificate: \(found); give a CRL of \(issuer) or an OCSP response about it"
        case .badSignature(let issuer): "the statement for \(issuer) is not signed by an authorized key"
        case .otherResponder(let issuer, let responder):
            "the OCSP response for \(issuer) is in the name of \(responder), which is neither the issuer, nor pinned, nor a "
                + "certificate in the response"
        case .weakSignature(let issuer, let algorithm):
            "the statement for \(issuer) is signed by \(algorithm), which is weak or unknown: expected SHA-224 or better"
        case .issuerMayNotSign(let issuer): "\(issuer) signed a CRL, but its keyUsage lacks cRLSign"
        case .signerNotTrusted(let signer, let reason): "\(signer) is not trusted to sign the statement: \(reason)"
        case .stale(let issuer, let nextUpdate):
            "the statement for \(issuer) is stale: \(nextUpdate.map { "nextUpdate \($0)" } ?? "it has no nextUpdate")"
        case .unbounded(let issuer, let thisUpdate, let lifetime?):
            "the statement for \(issuer) is stale: it has no nextUpdate and was valid for \(lifetime.wholeSeconds) s from thisUpdate "
                + "\(thisUpdate) (revocation.responseLifetime; revocation.maximumAge replaces it)"
        case .unbounded(let issuer, let thisUpdate, nil):
            "the statement for \(issuer) of \(thisUpdate) is stale: it has no nextUpdate, and is accepted only with a "
                + "maximum age (revocation.maximumAge)"
        case .beforeCertificate(let issuer, let producedAt, let notBefore):
            "the statement for \(issuer) was made at \(producedAt), before the certificate, which is valid from \(notBefore) on"
        case .tooOld(let issuer, let thisUpdate):
            "the statement for \(issuer) is older than maximumAge: thisUpdate \(thisUpdate)"
        case .notYetCurrent(let issuer, let thisUpdate):
            "the statement for \(issuer) is from the future: \(thisUpdate)"
        case .unnumbered(let issuer): "the CRL of \(issuer) has no cRLNumber: set revocation.maximumAge to accept it"
        case .notCovered(let issuer, let kind): "the CRL of \(issuer) does not cover the certificate: \(kind)"
        case .criticalExtension(let issuer, let identifier):
            "the statement for \(issuer) has the critical extension \(identifier), which is not supported"
        case .listedUnderCriticalExtension(let issuer):
            "the CRL of \(issuer) lists the certificate, but has a critical extension that is not supported"
        case .malformed(let source, let reason): "\(source) is malformed: \(reason)"
        case .unknownToResponder(let responder): "the responder \(responder) does not know the certificate"
        case .responderError(let source, let status): "the responder for \(source) answered \(status)"
        case .contradictory(let responder): "the response of \(responder) contradicts itself"
        case .nonceMismatch(let responder): "the response of \(responder) does not carry the request's nonce"
        case .unreachable(let source, let reason): "\(source) can't be reached: \(reason)"
        case .timedOut(let source): "\(source) did not answer in time"
        case .tooLarge(let source, let limit): "\(source) sent more than \(limit) bytes"
        case .rolledBack(let source, let reason): "\(source) offers an old list: \(reason)"
        }
    }
}
