// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// A distinguished name with any attributes in any encoding, first relative distinguished name first.
public struct NameTemplate: Sendable, Hashable {
    /// One attribute of a relative distinguished name.
    package struct Attribute: Sendable, Hashable {
        /// The attribute type.
        package var type: OID
        /// The tag of its value: 0x0C UTF8String, 0x13 PrintableString, 0x14 TeletexString, 0x16 IA5String, 0x1E
        /// BMPString.
        package var tag: UInt8
        /// The value's contents octets.
        package var contents: [UInt8]

        /// Creates an attribute with any value.
        package init(type: OID, tag: UInt8, contents: [UInt8]) {
            self.type = type
            self.tag = tag
            self.contents = contents
        }

        /// Creates an attribute with a UTF8String.
        package init(_ type: OID, _ text: String) {
            self.init(type: type, tag: 0x0C, contents: Array(text.utf8))
        }

        fileprivate var encoded: [UInt8] { DER.sequence([DER.objectIdentifier(type), DER.value(tag, contents)]) }
    }

    /// The relative distinguished names; most have one attribute.
    package var relativeNames: [[Attribute]]
    /// Replaces the whole name by this encoding.
    package var replacement: [UInt8]?

    /// Creates a name from relative distinguished names.
    package init(_ relativeNames: [[Attribute]] = []) { self.relativeNames = relativeNames }

    /// Creates a name with a single common name as UTF8String.
    public init(commonName: String) { self.init([[Attribute(.commonName, commonName)]]) }

    /// Creates a name from its encoding.
    package init(encoded: [UInt8]) {
        self.init()
        replacement = encoded
    }

    /// The empty name.
    public static let empty = NameTemplate()

    /// Returns the name with a further relative distinguished name of one attribute.
    public func appending(_ type: OID, _ text: String) -> NameTemplate {
        var name = self
        name.relativeNames.append([Attribute(type, text)])
        return name
    }

    /// The DER encoding.
    package var encoded: [UInt8] {
        replacement ?? DER.sequence(relativeNames.map { DER.sortedSet($0.map(\.encoded)) })
    }
}

extension NameTemplate: ExpressibleByStringLiteral {
    /// Creates a name from a common name.
    public init(stringLiteral value: String) { self.init(commonName: value) }
}
