// SPDX-License-Identifier: Apache-2.0
// The names an authority may certify.

/// The nameConstraints extension (RFC 5280 §4.2.1.10).
package struct NameConstraints: Sendable, Hashable {
    /// Names below one base.
    package struct Subtree: Sendable, Hashable {
        /// Where the subtree begins; an iPAddress holds address and mask.
        package let base: GeneralName
        /// Zero in every conforming certificate.
        package let minimum: Int
        /// Absent in every conforming certificate.
        package let maximum: Int?
    }

    /// Names must lie in one of these, where there is one of their kind.
    package let permitted: [Subtree]
    /// Names must lie in none of these.
    package let excluded: [Subtree]

    init(extensionValue: [UInt8]) throws(DERError) {
        var reader = DERReader(extensionValue)
        var fields = try reader.constructed()
        try reader.finish()
        permitted = try Self.subtrees(fields.optional(DERTag.contextConstructed(0)))
        excluded = try Self.subtrees(fields.optional(DERTag.contextConstructed(1)))
        try fields.finish()
    }

    private static func subtrees(_ list: DERValue?) throws(DERError) -> [Subtree] {
        guard let list else { return [] }
        var reader = list.reader
        var subtrees: [Subtree] = []
        while !reader.isAtEnd {
            var fields = try reader.constructed()
            let base = try GeneralName(fields.value())
            var minimum = 0
            if let value = try fields.optional(DERTag.context(0)) { minimum = try DERReader.smallNumber(value) }
            var maximum: Int?
            if let value = try fields.optional(DERTag.context(1)) { maximum = try DERReader.smallNumber(value) }
            try fields.finish()
            subtrees.append(Subtree(base: base, minimum: minimum, maximum: maximum))
        }
        guard !subtrees.isEmpty else {
            throw DERError(.invalidValue("an empty list of subtrees"), at: list.encoding.startIndex)
        }
        return subtrees
    }
}
