// SPDX-License-Identifier: Apache-2.0

/// A statement about the holder of a certificate: its type, its value, and who makes it.
///
/// All parts are compared byte by byte. Texts that are only canonically equivalent in Unicode are different.
public struct Claim: Sendable, Hashable {
    /// The type of the claim.
    public let type: ClaimType
    /// The value. In claims from a certificate, control characters, line breaks and invisible characters are escaped
    /// (`\u{0}`). Other text is unchanged: escape it for HTML, SQL and similar contexts.
    public var value: String { exactValue.text }
    /// The type of the value, an XML Schema URI.
    public var valueType: String { exactValueType.text }
    /// Who makes the claim.
    public var issuer: String { exactIssuer.text }

    private let exactValue: ExactText
    private let exactValueType: ExactText
    private let exactIssuer: ExactText

    /// The issuer of claims from a certificate, unless `claimsIssuer` names another.
    public static let localAuthority = "LOCAL AUTHORITY"
    /// The value type of text.
    package static let stringType = "http://www.w3.org/2001/XMLSchema#string"
    /// The value type of hexadecimal digits.
    package static let hexadecimalType = "http://www.w3.org/2001/XMLSchema#hexBinary"

    /// Creates a claim.
    ///
    /// - Parameter valueType: the type of the value; nil for text.
    public init(
        _ type: ClaimType,
        _ value: String,
        valueType: String? = nil,
        issuer: String = Claim.localAuthority
    ) {
        self.type = type
        exactValue = ExactText(value)
        exactValueType = ExactText(valueType ?? Self.stringType)
        exactIssuer = ExactText(issuer)
    }
}
