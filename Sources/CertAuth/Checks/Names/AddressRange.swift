// SPDX-License-Identifier: Apache-2.0
// Ranges of IP addresses.

/// The address and mask of an iPAddress constraint (RFC 5280 §4.2.1.10, RFC 4632).
struct AddressRange: Sendable, Hashable {
    /// The address, and behind it the mask.
    ///
    /// One array and no copies of its halves: where a copy is not read, Swift 6.3 releases it before it has been filled
    /// (in release builds), and the bytes of a certificate go into freed memory.
    private let bytes: [UInt8]

    private var width: Int { bytes.count / 2 }

    /// Nil unless there are 8 or 32 bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 || bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// True when the mask is ones followed by zeros.
    var isContiguous: Bool {
        var seenZero = false
        for byte in bytes[width...] {
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
        guard candidate.count == width else { return false }
        return candidate.indices.allSatisfy { index in
            let mask = bytes[width + index]
            return candidate[index] & mask == bytes[index] & mask
        }
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
