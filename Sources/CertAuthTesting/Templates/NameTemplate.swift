// SPDX-License-Identifier: Apache-2.0
// A distinguished name made of any attributes in any encoding.

public import CertAuth

/// A distinguished name, first relative name first.
public struct NameTemplate: Sendable, Hashable {
    /// One attribute of a relative name.
    package struct Attribute: Sendable, Hashable {
        /// The attribute type.
        package var type: OID
        /// The tag of its value: 0x0C UTF8String, 0x13 PrintableString, 0x14 TeletexString, 0x16 IA5String, 0x1E BMPString.
        package var tag: UInt8
        /// The value's contents octets.
        package var contents: [UInt8]

        /// An attribute with any value.
        package init(type: OID, tag: UInt8, contents: [UInt8]) {
            self.type = type
            self.tag = tag
            self.contents = contents
        }

        /// An attribute with text as UTF8String.
        package init(_ type: OID, _ text: String) {
            self.init(type: type, tag: 0x0C, contents: Array(text.utf8))
        }

        fileprivate var encoded: [UInt8] { DER.sequence([DER.objectIdentifier(type), DER.value(tag, contents)]) }
    }

    /// The relative names; most hold one attribute.
    package var relativeNames: [[Attribute]]
    /// Replaces the whole name by these bytes.
    package var replacement: [UInt8]?

    /// A name of relative names.
    package init(_ relativeNames: [[Attribute]] = []) { self.relativeNames = relativeNames }

    /// A name of one common name as UTF8String.
    public init(commonName: String) { self.init([[Attribute(.commonName, commonName)]]) }

    /// A name that is written as the given bytes.
    package init(encoded: [UInt8]) {
        self.init()
        replacement = encoded
    }

    /// The name without any relative name.
    public static let empty = NameTemplate()

    /// The name with one more relative name of one attribute behind it.
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
    /// A common name.
    public init(stringLiteral value: String) { self.init(commonName: value) }
}
