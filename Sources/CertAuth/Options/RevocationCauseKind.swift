// SPDX-License-Identifier: Apache-2.0
// The kinds of reasons for which a revocation status is unknown.

/// Why a status is unknown, as policies and logs name it. Switch with a default: kinds may be added.
public enum RevocationCauseKind: String, Sendable, Hashable, CaseIterable {
    /// There is neither list nor response.
    case noSource = "no-source"
    /// The signature is of nobody who may speak.
    case badSignature = "bad-signature"
    /// MD5, SHA-1 or an unknown algorithm.
    case weakSignature = "weak-signature"
    /// keyUsage lacks cRLSign.
    case issuerMayNotSign = "issuer-may-not-sign"
    /// The signer has no valid path, or is no responder of the issuer.
    case signerNotTrusted = "signer-not-trusted"
    /// nextUpdate is over or missing.
    case stale
    /// Older than the maximum age.
    case tooOld = "too-old"
    /// From the future, or from before the certificate.
    case notYetCurrent = "not-yet-current"
    /// A list without number.
    case unnumbered
    /// The list is about other certificates or other reasons.
    case notCovered = "not-covered"
    /// A critical extension is not understood.
    case criticalExtension = "critical-extension"
    /// Listed, by a list with a critical extension that is not understood; always refused.
    case listedUnderCriticalExtension = "listed-under-critical-extension"
    /// The bytes can't be read.
    case malformed
    /// The responder does not know the certificate.
    case unknownToResponder = "unknown-to-responder"
    /// The responder gave an error.
    case responderError = "responder-error"
    /// One response says different things.
    case contradictory
    /// The nonce of the request is missing or another.
    case nonceMismatch = "nonce-mismatch"
    /// The source can't be reached.
    case unreachable
    /// The source did not answer in time.
    case timedOut = "timed-out"
    /// The answer exceeds a limit.
    case tooLarge = "too-large"
    /// The source offers an older list than the one at hand.
    case rolledBack = "rolled-back"
}
