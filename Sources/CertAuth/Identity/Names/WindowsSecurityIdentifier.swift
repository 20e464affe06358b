// SPDX-License-Identifier: Apache-2.0

/// A Windows security identifier (SID) as text, `S-1-5-21-…`. It identifies an account.
public struct WindowsSecurityIdentifier: Sendable, Hashable, CustomStringConvertible {
    /// The text in its canonical form.
    public let description: String

    /// The maximum number of parts after the authority.
    private static let mostParts = 15
    /// The prefix of a SID in a URI of the subjectAltName, for CAs that cannot issue the extension.
    private static let uriPrefix = "tag:microsoft.com,2022-09-14:sid:"

    /// Parses `S-1-`, a decimal authority and 1 to 15 decimal parts. Nil for anything else, including leading zeros.
    public init?(_ text: String) {
        let fields = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 184, fields.count >= 4, fields.count <= 3 + Self.mostParts,
            fields[0].elementsEqual("S".utf8), fields[1].elementsEqual("1".utf8)
        else { return nil }
        guard let authority = Self.number(fields[2]), authority < 1 << 48 else { return nil }
        guard fields.dropFirst(3).allSatisfy({ Self.number($0).map { $0 <= UInt64(UInt32.max) } ?? false }) else {
            return nil
        }
        description = text
    }

    private static func number(_ digits: Substring.UTF8View) -> UInt64? {
        guard digits.areASCIIDigits, digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// The account that the extension of a domain's CA names; nil without the extension.
    ///
    /// The format is defined by MS-WCCE §2.2.2.7.7.4: an otherName whose value is an OCTET STRING with the SID's text.
    ///
    /// - Throws: `DERError` if the extension has other contents or occurs twice.
    static func inExtension(of certificate: Certificate) throws(DERError) -> WindowsSecurityIdentifier? {
        guard let value = certificate.value(of: .windowsSecurity)?.value else { return nil }
        guard certificate.extensions.count(where: { $0.identifier == .windowsSecurity }) == 1 else {
            throw DERError(.invalidValue("it is there twice"), at: 0)
        }
        var reader = DERReader(value)
        var names = try reader.constructed()
        try reader.finish()
        var name = try names.constructed(DERTag.contextConstructed(0))
        try names.finish()
        let type = try name.objectIdentifier()
        var wrapper = try name.constructed(DERTag.contextConstructed(0))
        try name.finish()
        let text = try wrapper.value(DERTag.octetString).contents
        try wrapper.finish()
        guard type == .windowsSecurityIdentifier,
            let found = WindowsSecurityIdentifier(String(decoding: text, as: UTF8.self))
        else { throw DERError(.invalidValue("no security identifier"), at: 0) }
        return found
    }

    /// The accounts that URIs of the subjectAltName name.
    ///
    /// - Throws: `DERError` for a URI with the prefix of a SID that is not followed by a SID.
    static func inURIs(of certificate: Certificate) throws(DERError) -> [WindowsSecurityIdentifier] {
        var found: [WindowsSecurityIdentifier] = []
        for case .uri(let text) in certificate.subjectAlternativeNames {
            // URI schemes are case-insensitive (RFC 3986 §3.1), so another case means a malformed SID, not another URI.
            guard text.lowercased().utf8.starts(with: uriPrefix.utf8) else { continue }
            guard text.utf8.starts(with: uriPrefix.utf8),
                let identifier = WindowsSecurityIdentifier(String(text.dropFirst(uriPrefix.count)))
            else { throw DERError(.invalidValue("a URI without a security identifier"), at: 0) }
            found.append(identifier)
        }
        return found
    }
}

extension OID {
    /// szOID_NTDS_CA_SECURITY_EXT.
    package static let windowsSecurity = OID(known: 1, 3, 6, 1, 4, 1, 311, 25, 2)
    /// szOID_NTDS_OBJECTSID.
    package static let windowsSecurityIdentifier = OID(known: 1, 3, 6, 1, 4, 1, 311, 25, 2, 1)
}
