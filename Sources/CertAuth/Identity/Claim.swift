// SPDX-License-Identifier: Apache-2.0

/// A statement about the holder of a certificate: its type, its value, and who makes it.
public struct Claim: Sendable {
    /// The type of the claim.
    public let type: ClaimType
    /// The value. In claims from a certificate, control characters, line breaks and invisible characters are escaped
    /// (`\u{0}`). Other text is unchanged: escape it for HTML, SQL and similar contexts.
    public let value: String
    /// The type of the value, an XML Schema URI.
    public let valueType: String
    /// Who makes the claim.
    public let issuer: String

    /// The issuer of claims from a certificate, unless `claimsIssuer` names another.
    public static let localAuthority = "LOCAL AUTHORITY"
    /// The value type of text.
    public static let stringType = "http://www.w3.org/2001/XMLSchema#string"
    /// The value type of hexadecimal digits.
    package static let hexadecimalType = "http://www.w3.org/2001/XMLSchema#hexBinary"

    /// Creates a claim.
    public init(
        _ type: ClaimType,
        _ value: String,
        valueType: String = Claim.stringType,
        issuer: String = Claim.localAuthority
    ) {
        self.type = type
        self.value = value
        self.valueType = valueType
        self.issuer = issuer
    }
}

extension Claim: Hashable {
    /// Compares all parts byte by byte. Texts that are only canonically equivalent in Unicode are different.
    public static func == (left: Claim, right: Claim) -> Bool {
        left.type == right.type && ExactText.areEqual(left.value, right.value)
            && ExactText.areEqual(left.issuer, right.issuer) && ExactText.areEqual(left.valueType, right.valueType)
    }

    /// Hashes the type and the value.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(value)
    }
}
