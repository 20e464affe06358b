// SPDX-License-Identifier: Apache-2.0
// Serial numbers nobody has seen before.

enum SerialNumbers {
    /// 16 random octets, positive and without padding: within the 20 octets of RFC 5280 §4.1.2.2.
    static func random() -> [UInt8] {
        [UInt8.random(in: 0x01...0x7F)] + (0..<15).map { _ in UInt8.random(in: .min ... .max) }
    }
}
