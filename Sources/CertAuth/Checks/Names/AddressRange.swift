// SPDX-License-Identifier: Apache-2.0
// Ranges of IP addresses.

/// The address and mask of an iPAddress constraint (RFC 5280 §4.2.1.10, RFC 4632).
struct AddressRange: Sendable, Hashable {
    private let address: [UInt8]
    private let mask: [UInt8]

    /// Nil unless there are 8 or 32 bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 || bytes.count == 32 else { return nil }
        address = Array(bytes.prefix(bytes.count / 2))
        mask = Array(bytes.suffix(bytes.count / 2))
    }

    /// True when the mask is ones followed by zeros.
    var isContiguous: Bool {
        var seenZero = false
        for byte in mask {
            for bit in (0..<8).reversed() {
                let isSet = byte & (1 << UInt8(bit)) != 0
                if isSet && seenZero { return false }
                if !isSet { seenZero = true }
            }
        }
        return true
    }

    /// True when `candidate`, 4 or 16 bytes, lies in the range; families don't mix.
    func contains(_ candidate: [UInt8]) -> Bool {
        guard candidate.count == address.count else { return false }
        return candidate.indices.allSatisfy { candidate[$0] & mask[$0] == address[$0] & mask[$0] }
    }

    /// The IPv4 address inside of an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), nil for any other.
    static func mappedVersion4(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count == 16, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return nil
        }
        return Array(bytes.suffix(4))
    }

    /// Reads dotted decimal notation.
    static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
