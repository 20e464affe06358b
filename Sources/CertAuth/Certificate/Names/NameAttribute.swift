// SPDX-License-Identifier: Apache-2.0
// One attribute of a distinguished name.

/// An AttributeTypeAndValue of a distinguished name (RFC 5280 §4.1.2.4).
package struct NameAttribute: Sendable, Hashable {
    /// The attribute type, for instance commonName.
    package let type: OID
    /// The value as text, nil when it is no string type or not valid in its encoding.
    package let text: String?
    /// The value's DER with tag and length.
    package var derEncodedValue: [UInt8] { Array(derEncoded[valueStart...]) }
    /// The DER of the whole attribute.
    package let derEncoded: [UInt8]
    private let valueStart: Int

    init(from reader: inout DERReader) throws(DERError) {
        let sequence = try reader.value(DERTag.sequence)
        var fields = sequence.reader
        type = try fields.objectIdentifier()
        let value = try fields.value()
        try fields.finish()
        text = DirectoryString.text(value)
        derEncoded = Array(sequence.encoding)
        valueStart = value.encoding.startIndex - sequence.encoding.startIndex
    }

    /// The name RFC 4514 §3 gives the type, else the dotted identifier.
    package var shortName: String { Self.shortNames[type] ?? type.description }

    var hasShortName: Bool { Self.shortNames[type] != nil }

    private static let shortNames: [OID: String] = [
        .commonName: "CN", .localityName: "L", .stateOrProvinceName: "ST", .organizationName: "O",
        .organizationalUnitName: "OU", .countryName: "C", .streetAddress: "STREET", .domainComponent: "DC",
        .userID: "UID", .emailAddress: "emailAddress", .serialNumberAttribute: "serialNumber", .surname: "SN",
        .givenName: "GN", .title: "title",
    ]
}
