// SPDX-License-Identifier: Apache-2.0

/// A GeneralName (RFC 5280 §4.2.1.6): one of nine kinds of names.
public enum GeneralName: Sendable, Hashable {
    /// otherName, whose form an object identifier defines.
    case otherName(OtherName)
    /// rfc822Name: an e-mail address in ASCII.
    case email(String)
    /// dNSName in ASCII.
    case dns(String)
    /// x400Address, as DER contents.
    case x400Address([UInt8])
    /// directoryName.
    case directory(DistinguishedName)
    /// ediPartyName, as DER contents.
    case ediParty([UInt8])
    /// uniformResourceIdentifier in ASCII.
    case uri(String)
    /// iPAddress: 4 or 16 bytes in a subjectAltName, network byte order.
    case ipAddress([UInt8])
    /// registeredID.
    case registeredID(OID)

    init(_ value: DERValue) throws(DERError) {
        switch value.tag {
        case DERTag.contextConstructed(0): self = .otherName(try OtherName(value))
        case DERTag.context(1): self = .email(try Self.ia5(value))
        case DERTag.context(2): self = .dns(try Self.ia5(value))
        case DERTag.contextConstructed(3): self = .x400Address(Array(value.contents))
        case DERTag.contextConstructed(4):
            var inner = value.reader
            self = .directory(try DistinguishedName(from: &inner))
            try inner.finish()
        case DERTag.contextConstructed(5): self = .ediParty(Array(value.contents))
        case DERTag.context(6): self = .uri(try Self.ia5(value))
        case DERTag.context(7): self = .ipAddress(Array(value.contents))
        case DERTag.context(8):
            guard let identifier = OID(contents: value.contents) else {
                throw DERError(.invalidValue("invalid registeredID"), at: value.encoding.startIndex)
            }
            self = .registeredID(identifier)
        default:
            throw DERError(
                .invalidValue("0x\(String(value.tag, radix: 16)) is not a kind of GeneralName"),
                at: value.encoding.startIndex
            )
        }
    }

    /// Parses GeneralNames: a sequence whose outer tag may be implicit.
    package static func list(_ sequence: DERReader) throws(DERError) -> [GeneralName] {
        var reader = sequence
        var names: [GeneralName] = []
        while !reader.isAtEnd { names.append(try GeneralName(reader.value())) }
        return names
    }

    private static func ia5(_ value: DERValue) throws(DERError) -> String {
        guard value.contents.allSatisfy({ $0 < 0x80 }) else {
            throw DERError(.invalidValue("an IA5String with a byte above 0x7f"), at: value.encoding.startIndex)
        }
        return String(decoding: value.contents, as: UTF8.self)
    }
}

extension GeneralName: CustomStringConvertible {
    /// A stable word for the kind: `email`, `dns`, `uri`, `ip`, `directory`, `upn`, `smtp-utf8`, `other-name` …
    package var kind: String {
        switch self {
        case .otherName(let name): name.kind
        case .email: "email"
        case .dns: "dns"
        case .x400Address: "x400"
        case .directory: "directory"
        case .ediParty: "edi-party"
        case .uri: "uri"
        case .ipAddress: "ip"
        case .registeredID: "registered-id"
        }
    }

    /// The value as text: names unchanged, addresses in their usual notation, binary kinds in hexadecimal.
    public var value: String {
        switch self {
        case .otherName(let name): name.value
        case .email(let text), .dns(let text), .uri(let text): text
        case .x400Address(let bytes), .ediParty(let bytes): Hexadecimal.text(bytes)
        case .directory(let name): name.rfc4514
        case .ipAddress(let bytes): IPAddressText.text(bytes)
        case .registeredID(let identifier): identifier.description
        }
    }

    /// `kind:value`, with control characters escaped.
    public var description: String { "\(kind):\(DisplayText.escaped(value))" }
}
