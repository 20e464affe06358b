// SPDX-License-Identifier: Apache-2.0

/// The nameConstraints extension (RFC 5280 §4.2.1.10): the names that a CA may certify.
package struct NameConstraints: Sendable, Hashable {
    /// All names within one base.
    package struct Subtree: Sendable, Hashable {
        /// The base of the subtree. An iPAddress contains address and mask.
        package let base: GeneralName
        /// Zero in every conforming certificate.
        package let minimum: Int
        /// Absent in every conforming certificate.
        package let maximum: Int?
    }

    /// The permitted subtrees. A name must be within one of them if there is one of its kind.
    package let permitted: [Subtree]
    /// The excluded subtrees. A name must not be within any of them.
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
