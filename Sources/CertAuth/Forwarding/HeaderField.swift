// SPDX-License-Identifier: Apache-2.0
// A header field, and names as careless software on the way compares them.

/// One header field line of a request.
public struct HeaderField: Sendable, Hashable {
    /// The name as it was sent.
    public let name: String
    /// The value as it was sent.
    public let value: String

    /// Makes a field line.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A header name in which every character that is neither letter nor digit counts as a hyphen, case ignored.
///
/// Gateways fold `_`, `.` and blanks into one another in various ways: names that
/// any of them could confuse are equal here.
struct FoldedName: Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ name: some StringProtocol) {
        let hyphen = UInt8(ascii: "-")
        description = String(unsafeUninitializedCapacity: name.utf8.count) { bytes in
            var count = 0
            for byte in name.utf8 {
                let folded =
                    switch byte {
                    case 0x30...0x39, 0x61...0x7A: byte
                    case 0x41...0x5A: byte | 0x20
                    default: hyphen
                    }
                guard count > 0 || folded != hyphen else { continue }
                bytes[count] = folded
                count += 1
            }
            while count > 0, bytes[count - 1] == hyphen { count -= 1 }
            return count
        }
    }
}
