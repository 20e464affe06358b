// SPDX-License-Identifier: Apache-2.0
// Distinguished names from text: what people write into configurations.

/// A text that is no distinguished name.
public struct DistinguishedNameError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text, escaped and capped.
    package let text: String
    /// What is wrong, and at which byte.
    package let reason: String

    package init(text: String, reason: String) {
        self.text = DisplayText.escaped(text)
        self.reason = reason
    }

    /// Both.
    public var description: String { "'\(text)' is no distinguished name: \(reason)" }
}

extension DistinguishedName {
    /// Reads the text form of RFC 4514, most specific first: `CN=Issuing,O=Example\, Inc.,C=DE`.
    ///
    /// Spaces around separators don't count. The string types of the encoding are not those of any certificate: compare
    /// with `matches`, which does not look at them.
    ///
    /// - Throws: `DistinguishedNameError` for unknown types, bad escapes, and more than 4 KiB or 64 attributes.
    public init(rfc4514 text: String) throws(DistinguishedNameError) {
        var reader = RFC4514Reader(text)
        try self.init(text: text, relativeNames: reader.relativeNames().reversed())
    }

    /// Encodes what was read, root of the directory first.
    init(text: String, relativeNames: [[NamePart]]) throws(DistinguishedNameError) {
        let sets = relativeNames.map { parts in
            let attributes = parts.map(\.derEncoded).sorted { $0.lexicographicallyPrecedes($1) }
            return DERWriter.value(DERTag.set, Array(attributes.joined()))
        }
        do throws(DERError) {
            try self.init(derEncoded: DERWriter.sequence(sets))
        } catch {
            throw DistinguishedNameError(text: text, reason: "\(error)")
        }
    }
}

/// An attribute as text says it.
struct NamePart {
    /// The longest text of a name, in bytes: longer names are no name of a person.
    static let longestText = 4096
    /// The most attributes.
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

    /// The type by one of its names or its dotted identifier, case does not count; nil when unknown.
    static func type(_ name: String) -> OID? {
        if let known = types[name.lowercased()] { return known }
        let dotted = name.lowercased().hasPrefix("oid.") ? String(name.dropFirst(4)) : name
        return OID(dotted: dotted)
    }

    /// RFC 4514 §3, and the names that Windows and OpenSSL use.
    private static let types: [String: OID] = [
        "cn": .commonName, "l": .localityName, "st": .stateOrProvinceName, "s": .stateOrProvinceName,
        "o": .organizationName, "ou": .organizationalUnitName, "c": .countryName, "street": .streetAddress,
        "dc": .domainComponent, "uid": .userID, "emailaddress": .emailAddress, "e": .emailAddress,
        "serialnumber": .serialNumberAttribute, "sn": .surname, "gn": .givenName, "g": .givenName, "title": .title,
        "t": .title,
    ]
}
