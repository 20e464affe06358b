// SPDX-License-Identifier: Apache-2.0

/// Creates the default principal of a certificate.
///
/// Names are escaped by `DisplayText.visible`. Every subjectAltName becomes a claim, not only the first of each kind.
/// Names are never parsed out of other text, and a commonName never becomes a DNS name.
package struct ClaimMapping: Sendable {
    /// The authentication type of the identity, independent of the scheme's name.
    package static let authenticationType = "Certificate"

    private let issuer: String

    /// - Parameter claimsIssuer: the issuer of the claims; nil for `Claim.localAuthority`.
    package init(claimsIssuer: String?) { issuer = claimsIssuer ?? Claim.localAuthority }

    /// The principal of certificate 0, whose key the client has proven.
    package func principal(of certificate: Certificate) -> ClaimsPrincipal {
        ClaimsPrincipal(authenticationType: Self.authenticationType, claims: claims(of: certificate))
    }

    private func claims(of certificate: Certificate) -> [Claim] {
        var claims = [claim(.issuer, certificate.issuer.rfc4514)]
        claims.append(claim(.thumbprint, certificate.sha256Thumbprint.hexadecimal, Claim.hexadecimalType))
        if let sha1 = certificate.thumbprint(.sha1) {
            let digits = Hexadecimal.text(sha1.bytes, uppercased: true)
            claims.append(claim(.thumbprintSHA1, digits, Claim.hexadecimalType))
        }
        if !certificate.subject.isEmpty {
            claims.append(claim(.x500DistinguishedName, certificate.subject.rfc4514))
        }
        // As in .NET: including the zero byte that keeps a large number from being negative.
        let serialNumber = Hexadecimal.text(certificate.serialNumber.bytes, uppercased: true)
        claims.append(claim(.serialNumber, serialNumber, Claim.hexadecimalType))
        if let name = simpleName(of: certificate) { claims.append(claim(.name, DisplayText.visible(name))) }
        for name in certificate.subjectAlternativeNames {
            if case .otherName(let other) = name, !other.mayIdentify { continue }
            claims.append(claim(type(of: name), text(of: name)))
        }
        // If there are alternative names, no constraint applies to emailAddress (RFC 5280 §4.2.1.10), so it is not
        // trustworthy.
        if certificate.subjectAlternativeNames.isEmpty {
            claims += certificate.subject.values(of: .emailAddress).prefix(1).map {
                claim(.email, DisplayText.visible($0))
            }
        }
        return claims
    }

    /// The display name: commonName, otherwise organizationalUnitName, organizationName, emailAddress, the most
    /// specific attribute, or a mail address.
    ///
    /// Of several attributes of one type, the most specific (last) one is used. A value of only spaces is ignored. If
    /// there are alternative names, an emailAddress of the subject is ignored too, because no constraint applies to it.
    private func simpleName(of certificate: Certificate) -> String? {
        let subject = certificate.subject
        let isConstrained = certificate.subjectAlternativeNames.isEmpty
        for type in [OID.commonName, .organizationalUnitName, .organizationName, .emailAddress]
        where isConstrained || type != .emailAddress {
            if let value = subject.values(of: type).first(where: Self.isName) { return value }
        }
        let others = subject.entries.reversed().lazy.filter { isConstrained || $0.type != .emailAddress }
        if let value = others.compactMap(\.text).first(where: Self.isName) { return value }
        return certificate.subjectAlternativeNames.lazy.compactMap {
            if case .email(let address) = $0 { address } else { nil }
        }.first
    }

    private static func isName(_ text: String) -> Bool {
        text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }

    private func claim(_ type: ClaimType, _ value: String, _ valueType: String = Claim.stringType) -> Claim {
        Claim(type, value, valueType: valueType, issuer: issuer)
    }

    private func text(of name: GeneralName) -> String {
        // The text form of a distinguished name has its own escapes.
        if case .directory = name { name.value } else { DisplayText.visible(name.value) }
    }

    private func type(of name: GeneralName) -> ClaimType {
        switch name {
        case .email: .email
        case .dns: .dns
        case .uri: .uri
        case .ipAddress: .ipAddress
        case .directory: .directoryName
        case .registeredID: .registeredID
        case .x400Address: .x400Address
        case .ediParty: .ediPartyName
        case .otherName(let other):
            switch other.type {
            case .userPrincipalName: .upn
            case .smtpUTF8Mailbox: .smtpUTF8Mailbox
            default: .otherName
            }
        }
    }
}
