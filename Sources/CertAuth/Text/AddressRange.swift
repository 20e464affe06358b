// SPDX-License-Identifier: Apache-2.0
// Ranges of IP addresses: of name constraints, of trusted proxies, of the registries of special addresses.

/// An address and a mask (RFC 4632, RFC 5280 §4.2.1.10).
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

    /// The range of all addresses that begin with the first `prefixLength` bits of `address`, 4 or 16 bytes.
    init(_ address: [UInt8], prefixLength: Int) {
        var bytes = address
        for index in address.indices {
            let bits = min(8, max(0, prefixLength - index * 8))
            bytes.append(~UInt8(truncatingIfNeeded: 0xFF >> bits))
        }
        self.bytes = bytes
    }

    /// The first address: the address without the bits that the mask leaves open.
    var network: [UInt8] { (0..<width).map { bytes[$0] & bytes[width + $0] } }

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
}
