// SPDX-License-Identifier: Apache-2.0
// How far revocation is asked for.

/// Whether revocation is checked, and where evidence may come from.
public enum RevocationMode: String, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case noCheck
    /// From evidence that was given or fetched before.
    case offline
    /// Also from the sources that certificates name.
    case online
}

/// Which certificates of a path are checked.
public enum RevocationFlag: String, Sendable, Hashable, CaseIterable {
    /// The client's own.
    case endCertificateOnly
    /// All, the anchor as well where it names a source.
    case entireChain
    /// All but the anchor.
    case excludeRoot
}

/// What it means when nobody could tell whether a certificate is revoked.
public enum UnknownRevocation: String, Sendable, Hashable, CaseIterable {
    /// The client is refused with `revocation-unknown`.
    case deny
    /// The client comes in, and the cause stands in the evidence.
    case allow
}
