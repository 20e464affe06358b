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
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A: bytes.append(byte)
            case 0x41...0x5A: bytes.append(byte | 0x20)
            default: bytes.append(UInt8(ascii: "-"))
            }
        }
        let trimmed = bytes.drop { $0 == UInt8(ascii: "-") }
        let end = trimmed.lastIndex { $0 != UInt8(ascii: "-") }
        description = String(decoding: end.map { trimmed[...$0] } ?? [], as: UTF8.self)
    }
}
