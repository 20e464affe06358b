// SPDX-License-Identifier: Apache-2.0

/// Why a revocation status is unknown, as policies and logs name it. Add a default case to a `switch`: kinds may be
/// added.
public enum RevocationCauseKind: String, Sendable, Hashable, CaseIterable {
    /// There is neither a CRL nor an OCSP response.
    case noSource = "no-source"
    /// No authorized key made the signature.
    case badSignature = "bad-signature"
    /// The signature uses MD5, SHA-1 or an unknown algorithm.
    case weakSignature = "weak-signature"
    /// The issuer's keyUsage lacks cRLSign.
    case issuerMayNotSign = "issuer-may-not-sign"
    /// The signer has no valid path, or is not an authorized responder of the issuer.
    case signerNotTrusted = "signer-not-trusted"
    /// nextUpdate is in the past or missing.
    case stale
    /// The statement is older than the maximum age.
    case tooOld = "too-old"
    /// The statement is from the future, or older than the certificate.
    case notYetCurrent = "not-yet-current"
    /// The CRL has no cRLNumber.
    case unnumbered
    /// The CRL covers other certificates or other reasons.
    case notCovered = "not-covered"
    /// A critical extension is unknown.
    case criticalExtension = "critical-extension"
    /// The certificate is listed by a CRL that has an unknown critical extension. Always refused.
    case listedUnderCriticalExtension = "listed-under-critical-extension"
    /// The bytes cannot be parsed.
    case malformed
    /// The responder does not know the certificate.
    case unknownToResponder = "unknown-to-responder"
    /// The responder returned an error.
    case responderError = "responder-error"
    /// One response makes contradictory statements.
    case contradictory
    /// The request's nonce is missing from the response, or differs.
    case nonceMismatch = "nonce-mismatch"
    /// The source cannot be reached.
    case unreachable
    /// The source did not answer in time.
    case timedOut = "timed-out"
    /// The response exceeds a limit.
    case tooLarge = "too-large"
    /// The source offers an older CRL than the current one.
    case rolledBack = "rolled-back"
}
