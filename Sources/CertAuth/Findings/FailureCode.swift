// SPDX-License-Identifier: Apache-2.0

/// Why a client was refused: a stable kebab-case word for logs, JSON, metrics and the command line.
///
/// Codes may be added; no code is ever renamed.
public struct FailureCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The word.
    public let rawValue: String

    /// Creates a code from its word. Unknown words are kept.
    ///
    /// A refusal uses `rejected-by-handler` instead if its code is `success` or is not a kebab-case word of at most 64
    /// characters.
    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ word: String) { rawValue = word }

    /// The word; escaped and truncated if it is not a valid code.
    public var description: String { isWord ? rawValue : DisplayText.escaped(rawValue, limit: Self.longestWord) }

    /// Compares the words byte by byte.
    public static func == (left: FailureCode, right: FailureCode) -> Bool {
        ExactText.areEqual(left.rawValue, right.rawValue)
    }

    /// Hashes the word.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    private static let longestWord = 64

    /// Whether this is a kebab-case word of at most 64 characters other than `success`.
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

    /// The code of a refusal by the application: this code, or `rejected-by-handler` if it is invalid. Invalid codes
    /// never reach logs or metrics.
    package var ofRefusal: FailureCode { isWord ? self : .rejectedByHandler }

    /// A certificate is required and none was presented.
    public static let noCertificate = FailureCode("no-certificate")
    /// The request did not come over TLS.
    public static let notHTTPS = FailureCode("not-https")
    /// The policy does not accept this kind of certificate.
    public static let certificateTypeNotAllowed = FailureCode("certificate-type-not-allowed")
    /// The client's certificate, or another one of its chain, is not well-formed.
    public static let malformed = FailureCode("malformed")
    /// No path ends at a trust anchor.
    public static let untrusted = FailureCode("untrusted")
    /// The presented chain ends before a trust anchor.
    public static let partialChain = FailureCode("partial-chain")
    /// A signature does not verify.
    public static let badSignature = FailureCode("bad-signature")
    /// A certificate's validity period has ended.
    public static let expired = FailureCode("expired")
    /// A certificate's validity period has not begun.
    public static let notYetValid = FailureCode("not-yet-valid")
    /// keyUsage or extendedKeyUsage does not permit TLS client authentication.
    public static let wrongUsage = FailureCode("wrong-usage")
    /// A certificate that issued another one is not a CA certificate.
    public static let notACertificateAuthority = FailureCode("not-a-ca")
    /// The path has more intermediates than a certificate or the policy permits.
    public static let pathTooLong = FailureCode("path-too-long")
    /// A name is outside of an issuer's name constraints.
    public static let nameNotPermitted = FailureCode("name-not-permitted")
    /// A critical extension is unknown.
    public static let criticalExtension = FailureCode("critical-extension")
    /// The certificate policies of the path do not meet the requirements.
    public static let policy = FailureCode("policy")
    /// The kind or size of a key is not accepted.
    public static let weakKey = FailureCode("weak-key")
    /// A signature algorithm is not accepted.
    public static let weakSignature = FailureCode("weak-signature")
    /// A certificate is revoked.
    public static let revoked = FailureCode("revoked")
    /// It could not be determined whether a certificate is revoked.
    public static let revocationUnknown = FailureCode("revocation-unknown")
    /// The presented chain needs more work than the limits permit.
    public static let limitExceeded = FailureCode("limit-exceeded")
    /// The application's own rule refused the client.
    public static let rejectedByHandler = FailureCode("rejected-by-handler")
    /// The certificate is valid, but maps to no user of the application.
    public static let identityNotMapped = FailureCode("identity-not-mapped")
    /// The certificate is valid, but maps to several users.
    public static let identityAmbiguous = FailureCode("identity-ambiguous")
    /// The client is authenticated, but an authorization policy does not admit it.
    public static let notAuthorized = FailureCode("not-authorized")
    /// An access token is not bound to a certificate.
    public static let tokenNotBound = FailureCode("token-not-bound")
    /// An access token is bound to another certificate.
    public static let tokenBindingMismatch = FailureCode("token-binding-mismatch")
    /// The sender or the form of a forwarded certificate is not trusted.
    public static let forwardingUntrusted = FailureCode("forwarding-untrusted")
    /// The proxy forwarded a certificate that it had not verified.
    public static let notVerifiedByProxy = FailureCode("not-verified-by-proxy")
    /// The header that states whether the client used HTTPS has no usable value.
    public static let forwardedScheme = FailureCode("forwarded-scheme")
    /// The client has not proven possession of the certificate's private key.
    public static let keyNotProven = FailureCode("key-not-proven")
    /// The server could not reach a decision.
    public static let internalError = FailureCode("internal")

    /// Every code that CertAuth uses, in the order of the reference page.
    package static let all: [FailureCode] = [
        .noCertificate, .notHTTPS, .certificateTypeNotAllowed, .malformed, .untrusted, .partialChain, .badSignature,
        .expired, .notYetValid, .wrongUsage, .notACertificateAuthority, .pathTooLong, .nameNotPermitted,
        .criticalExtension, .policy, .weakKey, .weakSignature, .revoked, .revocationUnknown, .limitExceeded,
        .rejectedByHandler, .identityNotMapped, .identityAmbiguous, .notAuthorized, .tokenNotBound,
        .tokenBindingMismatch, .forwardingUntrusted, .notVerifiedByProxy, .forwardedScheme, .keyNotProven,
        .internalError,
    ]
}
