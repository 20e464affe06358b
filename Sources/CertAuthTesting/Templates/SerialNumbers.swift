// SPDX-License-Identifier: Apache-2.0

enum SerialNumbers {
    /// Returns 16 random octets, positive and without padding; RFC 5280 section 4.1.2.2 allows up to 20 octets.
    static func random() -> [UInt8] {
        [UInt8.random(in: 0x01...0x7F)] + (0..<15).map { _ in UInt8.random(in: .min ... .max) }
    }
}
