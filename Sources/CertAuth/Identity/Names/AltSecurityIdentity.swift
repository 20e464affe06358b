// SPDX-License-Identifier: Apache-2.0
// One value of Active Directory's altSecurityIdentities.

/// A mapping as Active Directory keeps it: `X509:<I>DC=com,DC=example,CN=Issuing<SR>b5a4c3…`.
///
/// Issuer and subject stand root first, the serial number with its bytes reversed. `<SHA1-PUKEY>` is, despite its name,
/// the SHA-1 digest of the certificate.
///
/// - Source: Microsoft's KB5014754 on which forms are strong.
public struct AltSecurityIdentity: Sendable, Hashable {
    /// What a certificate must be.
    public let identifier: CertificateIdentifier
    /// Whether it names one certificate or key, so that no other authority's certificate could fit by a name alone.
    public let isStrong: Bool

    /// The longest value, in bytes.
    package static let longestText = 8192

    /// Reads one value.
    ///
    /// - Throws: `AltSecurityIdentityError` for anything but the six forms of KB5014754, however slight the difference.
    public init(_ text: String) throws(AltSecurityIdentityError) {
        let parts: [AltSecurityIdentityParts.Part]
        do throws(AltSecurityIdentityParts.Fault) {
            parts = try AltSecurityIdentityParts.parts(of: text)
            (identifier, isStrong) = try Self.meaning(parts)
        } catch {
            throw AltSecurityIdentityError(text: text, reason: error.reason)
        }
    }

    private static func meaning(_ parts: [AltSecurityIdentityParts.Part])
        throws(AltSecurityIdentityParts.Fault) -> (CertificateIdentifier, Bool)
    {
        switch parts.map(\.tag) {
        case ["I", "SR"]:
            return (.issuerAndSerialNumber(try parts[0].name(), try parts[1].reversedSerialNumber()), true)
        case ["SKI"]: return (.subjectKeyIdentifier(try parts[0].octets(1...64)), true)
        case ["SHA1-PUKEY"]:
            return (.thumbprint(Thumbprint(algorithm: .sha1, bytes: try parts[0].octets(20...20))), true)
        case ["I", "S"]: return (.issuerAndSubject(try parts[0].name(), try parts[1].name()), false)
        case ["S"]: return (.subject(try parts[0].name()), false)
        case ["RFC822"]: return (.email(try parts[0].mailAddress()), false)
        default:
            let tags = parts.map { "<\($0.tag)>" }.joined()
            throw AltSecurityIdentityParts.Fault(reason: "\(DisplayText.escaped(tags)) is none of the known forms")
        }
    }
}

/// A text that is no mapping.
public struct AltSecurityIdentityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text, escaped and capped.
    package let text: String
    /// What is wrong.
    package let reason: String

    package init(text: String, reason: String) {
        self.text = DisplayText.escaped(text)
        self.reason = reason
    }

    /// Both.
    public var description: String { "'\(text)' is no mapping of altSecurityIdentities: \(reason)" }
}
