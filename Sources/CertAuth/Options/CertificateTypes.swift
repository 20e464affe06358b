// SPDX-License-Identifier: Apache-2.0

/// The kinds of client certificates that a policy accepts.
///
/// A certificate is self-signed if its signature verifies with its own key. If only subject and issuer are equal, it is
/// self-issued and counts as chained.
public enum CertificateTypes: Int, Sendable, Hashable, CaseIterable {
    // The numbers are part of the policy's fingerprint.
    /// Certificates signed by another key, below a trust anchor.
    case chained = 1
    /// Certificates signed by their own key. They need pins.
    case selfSigned = 2
    /// Both kinds.
    case all = 3

    /// Whether certificates of this kind are accepted.
    package func contains(_ kind: CertificateTypes) -> Bool { self == .all || self == kind }
}
