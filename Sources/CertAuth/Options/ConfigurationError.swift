// SPDX-License-Identifier: Apache-2.0

/// A configuration that CertAuth refuses to start with. It is thrown at start-up, never at a request.
public enum ConfigurationError: Error, Sendable, Equatable {
    /// The OpenSSL library in this process is too old. The text names its version and the required one.
    case unsupportedOpenSSL(String)
    /// Self-signed certificates are allowed, but there are no pins and `insecurelyAcceptAnySelfSigned` is not set.
    case selfSignedWithoutPins
    /// Pins or `insecurelyAcceptAnySelfSigned` are set, but self-signed certificates are not allowed.
    case pinsWithoutSelfSigned
    /// Both pins and `insecurelyAcceptAnySelfSigned` are set. The latter would silently disable the pins.
    case pinsBesideAnySelfSigned
    /// A pin is a SHA-1 digest. Collisions of SHA-1 are feasible.
    case weakPin(String)
    /// Chained certificates are allowed, but there is no trust anchor.
    case chainedWithoutAnchors
    /// Only self-signed certificates are allowed, but trust anchors are given. They would never be used.
    case anchorsWithoutChained
    /// The trust anchors cannot be loaded.
    case trust(TrustStoreError)
    /// There are more additional certificates than the limit.
    case tooManyAdditionalCertificates(count: Int, limit: Int)
    /// A limit is out of range: its name and the allowed range.
    case invalidLimit(name: String, expected: String)
    /// A number of the revocation options is out of range: its name and the allowed range.
    case invalidRevocationOption(name: String, expected: String)
    /// The scheme has no name.
    case emptySchemeName
    /// The deadline of hooks is not positive.
    case invalidHookDeadline
    /// Hook decisions are to be cached, but `policyIdentifier` is not set, so the cache could not separate two
    /// policies.
    case cachedHooksWithoutPolicyIdentifier
    /// Hook decisions are to be kept with cached verdicts, but there is no cache.
    case cachedHooksWithoutCache
    /// OpenSSL does not offer a required digest: its error text.
    case digestUnavailable(String)
    /// The folder for fetched revocation evidence cannot be used: its path and the reason.
    case evidenceFolder(String, String)
}

extension ConfigurationError: CustomStringConvertible {
    /// One line: what is contradictory, and which option fixes it.
    public var description: String {
        switch self {
        case .unsupportedOpenSSL(let reason): reason
        case .selfSignedWithoutPins:
            "self-signed certificates are allowed without pins: set selfSignedPins or insecurelyAcceptAnySelfSigned"
        case .pinsWithoutSelfSigned:
            "pins for self-signed certificates are set, but allowedCertificateTypes lacks .selfSigned"
        case .pinsBesideAnySelfSigned:
            "insecurelyAcceptAnySelfSigned makes selfSignedPins ineffective: set only one of them"
        case .weakPin(let pin): "pin \(pin) is a SHA-1 digest: pin by SHA-256, SHA-384 or SHA-512"
        case .chainedWithoutAnchors: "chained certificates are allowed, but trust is .noAnchors: give a trust store"
        case .anchorsWithoutChained:
            "trust anchors are given, but allowedCertificateTypes lacks .chained: use trust .noAnchors"
        case .trust(let error): "trust: \(error)"
        case .tooManyAdditionalCertificates(let count, let limit):
            "\(count) additionalChainCertificates, at most \(limit) (limits.additionalCertificates)"
        case .invalidLimit(let name, let expected): "limits.\(name) is out of range, expected \(expected)"
        case .invalidRevocationOption(let name, let expected):
            "revocation.\(name) is out of range, expected \(expected)"
        case .emptySchemeName: "schemeName is empty"
        case .invalidHookDeadline: "hookDeadline is not above zero: every hook would be too slow"
        case .cachedHooksWithoutPolicyIdentifier:
            "hookReuse .cached needs a policyIdentifier that distinguishes this policy's hooks from all others"
        case .cachedHooksWithoutCache: "hookReuse .cached needs a validation cache"
        case .digestUnavailable(let reason): "a digest is not available: \(reason)"
        case .evidenceFolder(let path, let reason): "folder \(path) for revocation evidence: \(reason)"
        }
    }
}
