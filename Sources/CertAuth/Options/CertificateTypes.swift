// SPDX-License-Identifier: Apache-2.0

/// The kinds of client certificates that a policy accepts.
///
/// A certificate is self-signed if its signature verifies with its own key. If only subject and issuer are equal, it is
/// self-issued and counts as chained.
public struct CertificateTypes: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Certificates signed by another key, below a trust anchor.
    public static let chained = CertificateTypes(rawValue: 1)
    /// Certificates signed by their own key. They need pins.
    public static let selfSigned = CertificateTypes(rawValue: 2)
    /// Both kinds.
    public static let all: CertificateTypes = [.chained, .selfSigned]
}
