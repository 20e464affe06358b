// SPDX-License-Identifier: Apache-2.0

extension OID {
    // Extensions, RFC 5280 §4.2 and §5.2
    package static let subjectDirectoryAttributes = OID(known: 2, 5, 29, 9)
    package static let subjectKeyIdentifier = OID(known: 2, 5, 29, 14)
    package static let keyUsage = OID(known: 2, 5, 29, 15)
    package static let subjectAltName = OID(known: 2, 5, 29, 17)
    package static let issuerAltName = OID(known: 2, 5, 29, 18)
    package static let basicConstraints = OID(known: 2, 5, 29, 19)
    package static let cRLNumber = OID(known: 2, 5, 29, 20)
    package static let reasonCode = OID(known: 2, 5, 29, 21)
    package static let invalidityDate = OID(known: 2, 5, 29, 24)
    package static let deltaCRLIndicator = OID(known: 2, 5, 29, 27)
    package static let issuingDistributionPoint = OID(known: 2, 5, 29, 28)
    package static let certificateIssuer = OID(known: 2, 5, 29, 29)
    package static let nameConstraints = OID(known: 2, 5, 29, 30)
    package static let cRLDistributionPoints = OID(known: 2, 5, 29, 31)
    package static let certificatePolicies = OID(known: 2, 5, 29, 32)
    package static let policyMappings = OID(known: 2, 5, 29, 33)
    package static let authorityKeyIdentifier = OID(known: 2, 5, 29, 35)
    package static let policyConstraints = OID(known: 2, 5, 29, 36)
    package static let extKeyUsage = OID(known: 2, 5, 29, 37)
    package static let freshestCRL = OID(known: 2, 5, 29, 46)
    package static let inhibitAnyPolicy = OID(known: 2, 5, 29, 54)
    package static let authorityInfoAccess = OID(known: 1, 3, 6, 1, 5, 5, 7, 1, 1)
    package static let subjectInfoAccess = OID(known: 1, 3, 6, 1, 5, 5, 7, 1, 11)
    package static let netscapeCertificateType = OID(known: 2, 16, 840, 1, 113_730, 1, 1)
    package static let netscapeComment = OID(known: 2, 16, 840, 1, 113_730, 1, 13)
    package static let autonomousSystemIdentifiers = OID(known: 1, 3, 6, 1, 5, 5, 7, 1, 8)
    package static let noRevocationAvailable = OID(known: 2, 5, 29, 56)
    package static let tlsFeature = OID(known: 1, 3, 6, 1, 5, 5, 7, 1, 24)
    package static let ocspNoCheck = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1, 5)

    /// Any certificate policy, RFC 5280 §4.2.1.4.
    public static let anyPolicy = OID(known: 2, 5, 29, 32, 0)

    // Access methods
    package static let accessOCSP = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 1)
    package static let accessCAIssuers = OID(known: 1, 3, 6, 1, 5, 5, 7, 48, 2)

    // Extended key usages, RFC 5280 §4.2.1.12
    /// Any extended key usage.
    public static let anyExtendedKeyUsage = OID(known: 2, 5, 29, 37, 0)
    /// TLS server authentication.
    public static let serverAuth = OID(known: 1, 3, 6, 1, 5, 5, 7, 3, 1)
    /// TLS client authentication.
    public static let clientAuth = OID(known: 1, 3, 6, 1, 5, 5, 7, 3, 2)
    /// Code signing.
    package static let codeSigning = OID(known: 1, 3, 6, 1, 5, 5, 7, 3, 3)
    /// E-mail protection.
    package static let emailProtection = OID(known: 1, 3, 6, 1, 5, 5, 7, 3, 4)
    /// Time stamping.
    package static let timeStamping = OID(known: 1, 3, 6, 1, 5, 5, 7, 3, 8)
    /// OCSP response signing.
    package static let ocspSigning = OID(known: 1, 3, 6, 1, 5, 5, 7, 3, 9)

    // Other names
    /// Microsoft's user principal name in an otherName.
    public static let userPrincipalName = OID(known: 1, 3, 6, 1, 4, 1, 311, 20, 2, 3)
    /// SmtpUTF8Mailbox, RFC 9598.
    package static let smtpUTF8Mailbox = OID(known: 1, 3, 6, 1, 5, 5, 7, 8, 9)

    // Attribute types, RFC 5280 §4.1.2.4 and RFC 4514 §3
    /// commonName.
    public static let commonName = OID(known: 2, 5, 4, 3)
    package static let surname = OID(known: 2, 5, 4, 4)
    package static let serialNumberAttribute = OID(known: 2, 5, 4, 5)
    package static let countryName = OID(known: 2, 5, 4, 6)
    package static let localityName = OID(known: 2, 5, 4, 7)
    package static let stateOrProvinceName = OID(known: 2, 5, 4, 8)
    package static let streetAddress = OID(known: 2, 5, 4, 9)
    /// organizationName.
    public static let organizationName = OID(known: 2, 5, 4, 10)
    /// organizationalUnitName.
    public static let organizationalUnitName = OID(known: 2, 5, 4, 11)
    package static let title = OID(known: 2, 5, 4, 12)
    package static let givenName = OID(known: 2, 5, 4, 42)
    package static let userID = OID(known: 0, 9, 2342, 19_200_300, 100, 1, 1)
    package static let domainComponent = OID(known: 0, 9, 2342, 19_200_300, 100, 1, 25)
    /// emailAddress of PKCS #9.
    public static let emailAddress = OID(known: 1, 2, 840, 113_549, 1, 9, 1)

    // Public keys
    package static let rsaEncryption = OID(known: 1, 2, 840, 113_549, 1, 1, 1)
    package static let rsassaPSS = OID(known: 1, 2, 840, 113_549, 1, 1, 10)
    package static let ecPublicKey = OID(known: 1, 2, 840, 10_045, 2, 1)
    package static let dsa = OID(known: 1, 2, 840, 10_040, 4, 1)
    package static let ed25519 = OID(known: 1, 3, 101, 112)
    package static let ed448 = OID(known: 1, 3, 101, 113)
    package static let prime256v1 = OID(known: 1, 2, 840, 10_045, 3, 1, 7)
    package static let secp384r1 = OID(known: 1, 3, 132, 0, 34)
    package static let secp521r1 = OID(known: 1, 3, 132, 0, 35)
}
