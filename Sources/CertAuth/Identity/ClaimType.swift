// SPDX-License-Identifier: Apache-2.0
// The names of claims.

/// What a claim is about; a URI in most cases.
public struct ClaimType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public let rawValue: String

    /// Makes a type from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    public var description: String { rawValue }

    /// Equal when the names are the same byte by byte.
    public static func == (left: ClaimType, right: ClaimType) -> Bool {
        ExactText.areEqual(left.rawValue, right.rawValue)
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    private static func identity(_ name: String) -> ClaimType {
        ClaimType(rawValue: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/\(name)")
    }

    private static func own(_ name: String) -> ClaimType { ClaimType(rawValue: "urn:certauth:claims:\(name)") }

    /// The issuer's distinguished name.
    public static let issuer = ClaimType(rawValue: "issuer")
    /// The SHA-256 thumbprint, lower-case hexadecimal digits.
    public static let thumbprint = identity("thumbprint")
    /// The SHA-1 thumbprint, upper-case hexadecimal digits, as older systems keep it.
    public static let thumbprintSHA1 = own("thumbprint-sha1")
    /// The subject's distinguished name.
    public static let x500DistinguishedName = identity("x500distinguishedname")
    /// The serial number, upper-case hexadecimal digits of its encoding: `00C3` for 195, as in .NET.
    public static let serialNumber = ClaimType(
        rawValue: "http://schemas.microsoft.com/ws/2008/06/identity/claims/serialnumber"
    )
    /// What the holder is called: commonName, else the next best attribute.
    public static let name = identity("name")
    /// What tells a user from every other in the application's store; a certificate yields none.
    public static let nameIdentifier = identity("nameidentifier")
    /// A dNSName of the subjectAltName; never a commonName.
    public static let dns = identity("dns")
    /// An rfc822Name of the subjectAltName, or the subject's emailAddress when there is no subjectAltName.
    public static let email = identity("emailaddress")
    /// A user principal name.
    public static let upn = identity("upn")
    /// A URI, for instance a SPIFFE ID.
    public static let uri = identity("uri")
    /// An IP address.
    public static let ipAddress = own("ip-address")
    /// A directoryName of the subjectAltName.
    public static let directoryName = own("directory-name")
    /// A SmtpUTF8Mailbox.
    public static let smtpUTF8Mailbox = own("smtp-utf8-mailbox")
    /// An otherName of another form: `type=text` or `type=#hex`.
    public static let otherName = own("other-name")
    /// A registeredID in dotted form.
    public static let registeredID = own("registered-id")
    /// An x400Address, hexadecimal digits.
    package static let x400Address = own("x400-address")
    /// An ediPartyName, hexadecimal digits.
    package static let ediPartyName = own("edi-party-name")
    /// A role of the application's own.
    public static let role = ClaimType(rawValue: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")
}
