// SPDX-License-Identifier: Apache-2.0

extension DistinguishedName {
    /// Parses the text form of RFC 4514, most specific first: `CN=Issuing,O=Example\, Inc.,C=DE`.
    ///
    /// Spaces around separators are ignored. The string types of the encoding may differ from those in a certificate:
    /// compare with `matches`, which ignores them.
    ///
    /// - Throws: `MalformedTextError` for unknown types, bad escapes, and more than 4 KiB or 64 attributes.
    public init(rfc4514 text: String) throws(MalformedTextError) {
        var reader = RFC4514Reader(text)
        try self.init(text: text, relativeNames: reader.relativeNames().reversed())
    }

    /// Encodes the parsed parts, the root of the directory first.
    init(text: String, relativeNames: [[NamePart]]) throws(MalformedTextError) {
        let sets = relativeNames.map { parts in
            let attributes = parts.map(\.derEncoded).sorted { $0.lexicographicallyPrecedes($1) }
            return DERWriter.value(DERTag.set, Array(attributes.joined()))
        }
        do throws(DERError) {
            try self.init(derEncoded: DERWriter.sequence(sets))
        } catch {
            throw MalformedTextError(.distinguishedName, text: text, reason: "\(error)")
        }
    }
}

/// An attribute that was parsed from text.
struct NamePart {
    /// The maximum length of the text of a name, in bytes.
    static let longestText = 4096
    /// The maximum number of attributes.
    static let mostParts = 64

    private let type: OID
    private let value: [UInt8]

    init(_ type: OID, text: [UInt8]) {
        self.type = type
        value = DERWriter.value(DERTag.utf8String, text)
    }

    init(_ type: OID, derEncodedValue: [UInt8]) {
        self.type = type
        value = derEncodedValue
    }

    var derEncoded: [UInt8] {
        DERWriter.sequence([DERWriter.value(DERTag.objectIdentifier, type.contents), value])
    }

    /// The type for one of its names, ignoring case, or for its dotted identifier; nil if it is unknown.
    static func type(_ name: String) -> OID? {
        if let known = types[name.lowercased()] { return known }
        let dotted = name.lowercased().hasPrefix("oid.") ? String(name.dropFirst(4)) : name
        return OID(dotted: dotted)
    }

    /// The names of RFC 4514 §3, and those that Windows and OpenSSL use.
    private static let types: [String: OID] = [
        "cn": .commonName, "l": .localityName, "st": .stateOrProvinceName, "s": .stateOrProvinceName,
        "o": .organizationName, "ou": .organizationalUnitName, "c": .countryName, "street": .streetAddress,
        "dc": .domainComponent, "uid": .userID, "emailaddress": .emailAddress, "e": .emailAddress,
        "serialnumber": .serialNumberAttribute, "sn": .surname, "gn": .givenName, "g": .givenName, "title": .title,
        "t": .title,
    ]
}
