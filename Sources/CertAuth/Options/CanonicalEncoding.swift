// SPDX-License-Identifier: Apache-2.0

/// An unambiguous encoding of a list of fields. Names and values are length-prefixed, so different lists never encode
/// to the same bytes.
package struct CanonicalEncoding: Sendable {
    /// The bytes so far.
    package private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: the number of bytes to reserve.
    package init(domain: String, capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
        append(text: domain)
    }

    package mutating func append(_ value: [UInt8]) {
        append(count: value.count)
        bytes += value
    }

    private mutating func append(text: String) {
        append(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(count: Int) {
        bytes += UInt64(count).bigEndianBytes
    }

    package mutating func append(_ name: String, _ value: [UInt8]) {
        append(text: name)
        append(value)
    }

    package mutating func append(_ name: String, _ value: String) {
        append(text: name)
        append(text: value)
    }

    package mutating func append(_ name: String, _ value: Int) { append(name, String(value)) }
    package mutating func append(_ name: String, _ value: Bool) { append(name, value ? "true" : "false") }

    /// The number of elements is part of the encoding, so an empty list differs from an absent one.
    package mutating func append(_ name: String, list: [[UInt8]]) {
        append(name, list.count)
        for value in list { append(value) }
    }

    /// Nil differs from the empty string.
    package mutating func append(_ name: String, optional value: String?) {
        append(name, list: value.map { [Array($0.utf8)] } ?? [])
    }
}
