// SPDX-License-Identifier: Apache-2.0
// The stable words for why a client was refused.

/// Why a client was refused: a stable kebab-case word for logs, JSON, metrics and the command line.
///
/// The list may grow; no word is ever renamed.
public struct FailureCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The word.
    public let rawValue: String

    /// Makes a code from its word; unknown words are kept.
    ///
    /// A refusal whose code is not a kebab-case word of at most 64 characters, or is `success`, has the code
    /// `rejected-by-handler` instead.
    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ word: String) { rawValue = word }

    /// The word, escaped and capped unless it is one.
    public var description: String { isWord ? rawValue : DisplayText.escaped(rawValue, limit: Self.longestWord) }

    /// Equal when the words are the same byte by byte.
    public static func == (left: FailureCode, right: FailureCode) -> Bool {
        ExactText.areEqual(left.rawValue, right.rawValue)
    }

    /// Hashes the word.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    private static let longestWord = 64

    /// Whether this is a kebab-case word of at most 64 characters that does not say that the client was accepted.
    var isWord: Bool {
        let bytes = rawValue.utf8
        guard (1...Self.longestWord).contains(bytes.count), rawValue != "success", bytes.last != UInt8(ascii: "-")
        else {
            return false
        }
        var isInside = false
        for byte in bytes {
            switch byte {
            case _ where byte.isASCIILowercase || byte.isASCIIDigit: isInside = true
            case UInt8(ascii: "-") where isInside: isInside = false
            default: return false
            }
        }
        return true
    }

    /// The code that a refusal by the application carries: this one, or `rejected-by-handler` where this is no word, so
    /// that neither logs nor metrics carry what is none.
    package var ofRefusal: FailureCode { isWord ? self : .rejectedByHandler }

    /// A certificate is required and none was presented.
    public static let noCertificate = FailureCode("no-certificate")
    /// The request did not come over TLS.
    public static let notHTTPS = FailureCode("not-https")
    /// The policy does not let this kind of certificate in.
    public static let certificateTypeNotAllowed = FailureCode("certificate-type-not-allowed")
    /// The certificate, or one of its chain, is not well formed.
    public static let malformed = FailureCode("malformed")
    /// No path ends at a trust anchor.
    public static let untrusted = FailureCode("untrusted")
    /// The presented chain breaks off before a trust anchor.
    public static let partialChain = FailureCode("partial-chain")
    /// A signature does not verify.
    public static let badSignature = FailureCode("bad-signature")
    /// A certificate's validity period is over.
    public static let expired = FailureCode("expired")
    /// A certificate's validity period has not begun.
    public static let notYetValid = FailureCode("not-yet-valid")
    /// keyUsage or extendedKeyUsage does not permit TLS client authentication.
    public static let wrongUsage = FailureCode("wrong-usage")
    /// A certificate that issued another is no certification authority.
    public static let notACertificateAuthority = FailureCode("not-a-ca")
    /// More intermediates than a certificate or the policy permits.
    public static let pathTooLong = FailureCode("path-too-long")
    /// A name lies outside of an issuer's name constraints.
    public static let nameNotPermitted = FailureCode("name-not-permitted")
    /// A critical extension that nobody understands.
    public static let criticalExtension = FailureCode("critical-extension")
    /// The certificate policies of the path do not meet the demands.
    public static let policy = FailureCode("policy")
    /// A key of an unaccepted kind or size.
    public static let weakKey = FailureCode("weak-key")
    /// A signature with an unaccepted algorithm.
    public static let weakSignature = FailureCode("weak-signature")
    /// A certificate is revoked.
    public static let revoked = FailureCode("revoked")
    /// Nobody could tell whether a certificate is revoked.
    public static let revocationUnknown = FailureCode("revocation-unknown")
    /// The presented chain needs more work than the limits permit.
    public static let limitExceeded = FailureCode("limit-exceeded")
    /// The application's own rule refused.
    public static let rejectedByHandler = FailureCode("rejected-by-handler")
    /// The certificate is valid, but leads to nobody the application knows.
    public static let identityNotMapped = FailureCode("identity-not-mapped")
    /// The certificate is valid, but leads to several users.
    public static let identityAmbiguous = FailureCode("identity-ambiguous")
    /// The client is known, but an authorization policy does not let it go on.
    public static let notAuthorized = FailureCode("not-authorized")
    /// An access token is not bound to any certificate.
    public static let tokenNotBound = FailureCode("token-not-bound")
    /// An access token is bound to another certificate.
    public static let tokenBindingMismatch = FailureCode("token-binding-mismatch")
    /// A certificate was forwarded in a way that is not trusted.
    public static let forwardingUntrusted = FailureCode("forwarding-untrusted")
    /// The proxy forwarded a certificate that it had not verified.
    public static let notVerifiedByProxy = FailureCode("not-verified-by-proxy")
    /// The header that tells whether the client came over HTTPS has no usable value.
    public static let forwardedScheme = FailureCode("forwarded-scheme")
    /// The client has not proven that it holds the key of the certificate.
    public static let keyNotProven = FailureCode("key-not-proven")
    /// The server could not come to a decision.
    public static let internalError = FailureCode("internal")

    /// Every code CertAuth gives out, in the order of the reference page.
    package static let all: [FailureCode] = [
        .noCertificate, .notHTTPS, .certificateTypeNotAllowed, .malformed, .untrusted, .partialChain, .badSignature,
        .expired, .notYetValid, .wrongUsage, .notACertificateAuthority, .pathTooLong, .nameNotPermitted,
        .criticalExtension, .policy, .weakKey, .weakSignature, .revoked, .revocationUnknown, .limitExceeded,
        .rejectedByHandler, .identityNotMapped, .identityAmbiguous, .notAuthorized, .tokenNotBound,
        .tokenBindingMismatch, .forwardingUntrusted, .notVerifiedByProxy, .forwardedScheme, .keyNotProven,
        .internalError,
    ]
}
