// SPDX-License-Identifier: Apache-2.0
// Which kinds of certificates may come in.

/// The kinds of client certificates that a policy lets in.
///
/// Self-signed means that the signature verifies with the certificate's own key; equal names alone make a certificate
/// self-issued, which counts as chained.
public struct CertificateTypes: OptionSet, Sendable, Hashable {
    /// One bit a kind.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Certificates signed by another key, below a trust anchor.
    public static let chained = CertificateTypes(rawValue: 1)
    /// Certificates signed by their own key; they need pins.
    public static let selfSigned = CertificateTypes(rawValue: 2)
    /// Both kinds.
    public static let all: CertificateTypes = [.chained, .selfSigned]
}
