// SPDX-License-Identifier: Apache-2.0
// What Windows calls an account, and where certificates say it.

/// A security identifier (SID) in its text form, `S-1-5-21-…`.
public struct WindowsSecurityIdentifier: Sendable, Hashable, CustomStringConvertible {
    /// The text, in the one spelling there is.
    public let description: String

    /// The most parts behind the authority.
    private static let mostParts = 15
    /// What stands before a SID in a URI of the subjectAltName, for authorities that can't write the extension.
    private static let uriPrefix = "tag:microsoft.com,2022-09-14:sid:"

    /// Reads `S-1-` with a decimal authority and 1 to 15 decimal parts; nil for anything else, leading zeros too.
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

    /// The account that the extension of a domain's authority names; nil without the extension.
    ///
    /// - Throws: `DERError` for an extension that says anything else, and for two of them.
    /// - Source: MS-WCCE §2.2.2.7.7.4: an otherName whose value is an OCTET STRING with the SID's text.
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
    /// - Throws: `DERError` for a URI with the prefix of a SID and no SID behind it.
    static func inURIs(of certificate: Certificate) throws(DERError) -> [WindowsSecurityIdentifier] {
        var found: [WindowsSecurityIdentifier] = []
        for case .uri(let text) in certificate.subjectAlternativeNames {
            // Schemes have no case (RFC 3986 §3.1), so another spelling is a malformed SID rather than another URI.
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
