// SPDX-License-Identifier: Apache-2.0

/// One value of Active Directory's altSecurityIdentities: `X509:<I>DC=com,DC=example,CN=Issuing<SR>b5a4c3…`.
///
/// Issuer and subject begin with the root of the directory, and the bytes of the serial number are reversed. Despite
/// its name, `<SHA1-PUKEY>` is the SHA-1 digest of the certificate. Microsoft's KB5014754 defines which forms are
/// strong.
public struct AltSecurityIdentity: Sendable, Hashable {
    /// The identifier that a certificate must have.
    public let identifier: CertificateIdentifier
    /// Whether it identifies one certificate or key, so that a certificate of another CA cannot match by name alone.
    public let isStrong: Bool

    /// The maximum length of a value in bytes.
    package static let longestText = 8192

    /// Parses one value.
    ///
    /// - Throws: `MalformedTextError` for anything that is not exactly one of the six forms in KB5014754.
    public init(_ text: String) throws(MalformedTextError) {
        let parts: [AltSecurityIdentityParts.Part]
        do throws(AltSecurityIdentityParts.Fault) {
            parts = try AltSecurityIdentityParts.parts(of: text)
            (identifier, isStrong) = try Self.meaning(parts)
        } catch {
            throw MalformedTextError(.altSecurityIdentity, text: text, reason: error.reason)
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
            throw AltSecurityIdentityParts.Fault(reason: "\(DisplayText.escaped(tags)) is not one of the known forms")
        }
    }
}
