// SPDX-License-Identifier: Apache-2.0

/// A range of IP addresses: an address and a mask (RFC 4632, RFC 5280 §4.2.1.10). Used for name constraints, trusted
/// proxies and special-purpose addresses.
struct AddressRange: Sendable, Hashable {
    /// The address, followed by the mask.
    ///
    /// This is one array without copies of its halves. If a copy is never read, Swift 6.3 release builds free it before
    /// it is filled, and the bytes of a certificate are written to freed memory.
    private let bytes: [UInt8]

    private var width: Int { bytes.count / 2 }

    /// Nil unless there are 8 or 32 bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 || bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Creates the range of all addresses whose first `prefixLength` bits equal those of `address`, which has 4 or 16
    /// bytes.
    init(_ address: [UInt8], prefixLength: Int) {
        var bytes = address
        for index in address.indices {
            let bits = min(8, max(0, prefixLength - index * 8))
            bytes.append(~UInt8(truncatingIfNeeded: 0xFF >> bits))
        }
        self.bytes = bytes
    }

    /// The first address of the range: the bits outside of the mask are zero.
    var network: [UInt8] { (0..<width).map { bytes[$0] & bytes[width + $0] } }

    /// Whether the mask is ones followed by zeros.
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

    /// Whether the range contains `candidate`, which has 4 or 16 bytes. The address families must be the same.
    func contains(_ candidate: [UInt8]) -> Bool {
        guard candidate.count == width else { return false }
        return candidate.indices.allSatisfy { index in
            let mask = bytes[width + index]
            return candidate[index] & mask == bytes[index] & mask
        }
    }
}
