// SPDX-License-Identifier: Apache-2.0
// Whose clients come in: there is no default.

/// Where paths may end.
public enum TrustPolicy: Sendable {
    /// At the certificates of this store, each of which is an anchor.
    case custom(TrustStore)
    /// At the certificates of the store that this source has in force; a reload changes the policy's fingerprint.
    case reloadable(TrustSource)
    /// At the operating system's roots. A public CA authenticates anyone it issued to: demand more in
    /// `onCertificateValidated`.
    case system
    /// Nowhere: only for policies that accept pinned self-signed certificates and nothing else.
    case noAnchors
}
