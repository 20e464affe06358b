// SPDX-License-Identifier: Apache-2.0

/// Where certification paths may end. There is no default.
public enum TrustPolicy: Sendable {
    /// At the certificates of this store. Each is a trust anchor.
    case custom(TrustStore)
    /// At the certificates of the source's current store. A reload that changes it changes the policy's fingerprint.
    case reloadable(TrustSource)
    /// At the operating system's roots. A public CA issues to anyone: decide in `onCertificateValidated` which clients
    /// are accepted.
    case system
    /// Nowhere. Only for policies that accept pinned self-signed certificates and nothing else.
    case noAnchors
}
