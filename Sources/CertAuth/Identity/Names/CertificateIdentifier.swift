// SPDX-License-Identifier: Apache-2.0

/// A typed identifier of a certificate or its holder. Users are looked up by it.
///
/// Two identifiers are equal if they have the same meaning. Attributes of distinguished names are compared by RFC 5280
/// §7.1. Host names, user principal names and the hosts of mail addresses are compared ignoring ASCII case. Everything
/// else is compared byte by byte.
public struct CertificateIdentifier: Sendable, Hashable {
    /// The kind of identifier.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The whole subject.
        case subject
        /// One attribute of the subject; `type` is the attribute type.
        case subjectAttribute = "subject-attribute"
        /// An rfc822Name of the subjectAltName.
        case email
        /// A dNSName of the subjectAltName.
        case dns
        /// A uniformResourceIdentifier of the subjectAltName.
        case uri
        /// An iPAddress of the subjectAltName.
        case ipAddress = "ip-address"
        /// A directoryName of the subjectAltName.
        case directoryName = "directory-name"
        /// A registeredID of the subjectAltName.
        case registeredID = "registered-id"
        /// A user principal name in the subjectAltName.
        case userPrincipalName = "upn"
        /// An otherName of another form; `type` is its type.
        case otherName = "other-name"
        /// A SPIFFE ID.
        case spiffeID = "spiffe-id"
        /// A Windows account.
        case securityIdentifier = "sid"
        /// The issuer's name and the serial number.
        case issuerAndSerialNumber = "issuer-and-serial"
        /// The issuer's name and the subject.
        case issuerAndSubject = "issuer-and-subject"
        /// The subjectKeyIdentifier extension.
        case subjectKeyIdentifier = "subject-key-identifier"
        /// The digest of the certificate. The length of `value` determines the algorithm.
        case thumbprint
        /// The SHA-256 digest of subjectPublicKeyInfo.
        case publicKey = "public-key"
    }

    /// The kind of the identifier.
    package let kind: Kind
    /// The type of an attribute or otherName, otherwise nil.
    package let type: OID?
    /// The identifier as text from the certificate. Escape it before printing.
    @NotCompared package private(set) var value: String
    private let canonical: [UInt8]

    /// A key that is equal exactly for equal identifiers: the kind, followed by lower-case hexadecimal digits.
    ///
    /// Store it in the user database and look users up by it. It is case-insensitive ASCII, so no collation of a
    /// database can give two users the same key. It is stable across all versions of CertAuth.
    public var lookupKey: String {
        let type = type.map { " \($0)" } ?? ""
        return "\(kind.rawValue)\(type) \(Hexadecimal.text(canonical))"
    }

    private init(_ kind: Kind, type: OID? = nil, _ value: String, canonical: [UInt8]? = nil) {
        self.kind = kind
        self.type = type
        self.value = value
        self.canonical = canonical ?? Array(value.utf8)
    }
}

extension CertificateIdentifier: CustomStringConvertible {
    /// `kind value`, escaped and truncated.
    public var description: String {
        let type = type.map { " \($0)" } ?? ""
        return "\(kind.rawValue)\(type) '\(DisplayText.escaped(value))'"
    }
}

extension CertificateIdentifier {
    /// The whole subject.
    public static func subject(_ name: DistinguishedName) -> CertificateIdentifier {
        CertificateIdentifier(.subject, name.rfc4514, canonical: name.canonical)
    }

    /// One attribute of the subject.
    public static func subjectAttribute(_ type: OID, _ text: String) -> CertificateIdentifier {
        CertificateIdentifier(.subjectAttribute, type: type, text, canonical: DirectoryString.folded(text))
    }

    /// A mail address.
    public static func email(_ address: String) -> CertificateIdentifier {
        let bytes = Array(address.utf8)
        let host = bytes.lastIndex(of: UInt8(ascii: "@")) ?? bytes.endIndex
        return CertificateIdentifier(.email, address, canonical: bytes[..<host] + lowercased(bytes[host...]))
    }

    /// A host name as it appears in the certificate. A wildcard only equals the same wildcard.
    public static func dns(_ name: String) -> CertificateIdentifier {
        CertificateIdentifier(.dns, name, canonical: lowercased(name.utf8))
    }

    /// A URI.
    public static func uri(_ text: String) -> CertificateIdentifier { CertificateIdentifier(.uri, text) }

    /// An IP address as `192.0.2.1` or `2001:db8::1` (RFC 5952).
    public static func ipAddress(_ text: String) -> CertificateIdentifier { CertificateIdentifier(.ipAddress, text) }

    /// A directoryName.
    public static func directoryName(_ name: DistinguishedName) -> CertificateIdentifier {
        CertificateIdentifier(.directoryName, name.rfc4514, canonical: name.canonical)
    }

    /// A registeredID.
    public static func registeredID(_ identifier: OID) -> CertificateIdentifier {
        CertificateIdentifier(.registeredID, identifier.description)
    }

    /// A user principal name.
    public static func userPrincipalName(_ name: String) -> CertificateIdentifier {
        CertificateIdentifier(.userPrincipalName, name, canonical: lowercased(name.utf8))
    }

    /// An otherName of a custom form, by the text of its value.
    public static func otherName(_ type: OID, _ text: String) -> CertificateIdentifier {
        CertificateIdentifier(.otherName, type: type, text)
    }

    /// A SPIFFE ID.
    public static func spiffeID(_ identifier: SPIFFEID) -> CertificateIdentifier {
        CertificateIdentifier(.spiffeID, identifier.description)
    }

    /// A Windows account.
    public static func securityIdentifier(_ identifier: WindowsSecurityIdentifier) -> CertificateIdentifier {
        CertificateIdentifier(.securityIdentifier, identifier.description)
    }

    /// The issuer's name and the serial number.
    public static func issuerAndSerialNumber(_ issuer: DistinguishedName, _ number: SerialNumber)
        -> CertificateIdentifier
    {
        let value = "\(number.hexadecimal) \(issuer.rfc4514)"
        return pair(.issuerAndSerialNumber, value, Array(number.hexadecimal.utf8), issuer.canonical)
    }

    /// The issuer's name and the subject.
    package static func issuerAndSubject(_ issuer: DistinguishedName, _ subject: DistinguishedName)
        -> CertificateIdentifier
    {
        let value = "\(issuer.rfc4514) \(subject.rfc4514)"
        return pair(.issuerAndSubject, value, issuer.canonical, subject.canonical)
    }

    /// The octets of subjectKeyIdentifier.
    public static func subjectKeyIdentifier(_ octets: [UInt8]) -> CertificateIdentifier {
        CertificateIdentifier(.subjectKeyIdentifier, Hexadecimal.text(octets))
    }

    /// The digest of the certificate.
    public static func thumbprint(_ thumbprint: Thumbprint) -> CertificateIdentifier {
        CertificateIdentifier(.thumbprint, thumbprint.hexadecimal)
    }

    /// The SHA-256 digest of subjectPublicKeyInfo.
    public static func publicKey(_ thumbprint: Thumbprint) -> CertificateIdentifier {
        CertificateIdentifier(.publicKey, thumbprint.hexadecimal)
    }

    private static func pair(_ kind: Kind, _ value: String, _ first: [UInt8], _ second: [UInt8])
        -> CertificateIdentifier
    {
        var encoding = CanonicalEncoding(domain: kind.rawValue)
        encoding.append(first)
        encoding.append(second)
        return CertificateIdentifier(kind, value, canonical: encoding.bytes)
    }

    private static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map(\.lowercasedASCII)
    }
}
