// SPDX-License-Identifier: Apache-2.0

/// The identifier of one decision: a random UUID (RFC 9562 §5.4). It links the client's answer to the log line that
/// explains it.
///
/// It consists of random bits only, so it reveals nothing to the client.
package struct DecisionIdentifier: Sendable, Hashable, CustomStringConvertible {
    private let bits: (UInt64, UInt64)

    /// Creates a new random identifier.
    package init() {
        var generator = SystemRandomNumberGenerator()
        // Version 4 and variant 10.
        bits = (
            generator.next() & ~0xF000 | 0x4000, generator.next() & ~(0b11 << 62) | 0b10 << 62
        )
    }

    /// Compares all bits.
    package static func == (left: DecisionIdentifier, right: DecisionIdentifier) -> Bool { left.bits == right.bits }

    /// Hashes the bits.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bits.0)
        hasher.combine(bits.1)
    }

    /// `xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx` in lower-case hexadecimal digits.
    package var description: String {
        let bytes = [bits.0, bits.1].flatMap { part in (0..<8).map { UInt8(truncatingIfNeeded: part >> (56 - 8 * $0)) }
        }
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
        return groups.map { Hexadecimal.text(bytes[$0]) }.joined(separator: "-")
    }

    /// `urn:uuid:…`, for the member `instance` of a problem document.
    package var urn: String { "urn:uuid:\(self)" }
}
