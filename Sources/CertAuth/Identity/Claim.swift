// SPDX-License-Identifier: Apache-2.0
// One statement about the holder of a certificate.

/// A statement: what it is about, what it says, and who says so.
public struct Claim: Sendable {
    /// What it is about.
    public let type: ClaimType
    /// What it says. In claims of a certificate, control characters, line breaks and invisible characters are escaped
    /// (`\u{0}`); other text is the certificate's own: escape it for HTML, SQL and the like.
    public let value: String
    /// The value's type, an XML Schema URI.
    public let valueType: String
    /// Who says so.
    public let issuer: String

    /// The issuer of a certificate's own claims, unless `claimsIssuer` names another.
    public static let localAuthority = "LOCAL AUTHORITY"
    /// The value type of text.
    public static let stringType = "http://www.w3.org/2001/XMLSchema#string"
    /// The value type of hexadecimal digits.
    package static let hexadecimalType = "http://www.w3.org/2001/XMLSchema#hexBinary"

    /// Makes a claim.
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
    /// Equal when every part is the same byte by byte: texts that Unicode calls equivalent are different.
    public static func == (left: Claim, right: Claim) -> Bool {
        left.type == right.type && ExactText.areEqual(left.value, right.value)
            && ExactText.areEqual(left.issuer, right.issuer) && ExactText.areEqual(left.valueType, right.valueType)
    }

    /// Hashes type and value.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(value)
    }
}
