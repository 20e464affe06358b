// SPDX-License-Identifier: Apache-2.0
// One statement about the holder of a certificate.

/// A statement: what it is about, what it says, and who says so.
public struct Claim: Sendable, Hashable {
    /// What it is about.
    public let type: ClaimType
    /// What it says. Text of the certificate stands here as it is: escape it before printing.
    public let value: String
    /// The value's type, an XML Schema URI.
    public let valueType: String
    /// Who says so.
    public let issuer: String

    /// The issuer of claims that nobody else vouches for.
    public static let localAuthority = "LOCAL AUTHORITY"
    /// The value type of text.
    public static let stringType = "http://www.w3.org/2001/XMLSchema#string"
    /// The value type of hexadecimal digits.
    public static let hexadecimalType = "http://www.w3.org/2001/XMLSchema#hexBinary"

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
