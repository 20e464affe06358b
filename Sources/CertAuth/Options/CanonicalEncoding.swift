// SPDX-License-Identifier: Apache-2.0
// An encoding in which no two different lists of fields look the same.

/// Collects named fields; names and values are length-prefixed, so that nothing can slide from one into the next.
package struct CanonicalEncoding: Sendable {
    /// The bytes so far.
    package private(set) var bytes: [UInt8] = []

    package init(domain: String) { append(Array(domain.utf8)) }

    package mutating func append(_ value: [UInt8]) {
        let count = UInt64(value.count)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: count >> shift))
        }
        bytes += value
    }

    package mutating func append(_ name: String, _ value: [UInt8]) {
        append(Array(name.utf8))
        append(value)
    }

    package mutating func append(_ name: String, _ value: String) { append(name, Array(value.utf8)) }
    package mutating func append(_ name: String, _ value: Int) { append(name, String(value)) }
    package mutating func append(_ name: String, _ value: Bool) { append(name, value ? "true" : "false") }

    /// A list keeps its length, so that an empty one differs from an absent one.
    package mutating func append(_ name: String, list: [[UInt8]]) {
        append(name, list.count)
        for value in list { append(value) }
    }

    /// Nil differs from the empty text.
    package mutating func append(_ name: String, optional value: String?) {
        append(name, list: value.map { [Array($0.utf8)] } ?? [])
    }
}
