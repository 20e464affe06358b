// SPDX-License-Identifier: Apache-2.0
// What a key may be used for.

/// The keyUsage bits (RFC 5280 §4.2.1.3).
public struct KeyUsage: OptionSet, Sendable, Hashable {
    /// Bit n of the extension is bit n of the raw value.
    public let rawValue: UInt16

    /// Makes a set from bits numbered as in RFC 5280.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Signatures other than on certificates and CRLs; what TLS client authentication needs.
    public static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    /// Signatures meant to bind the signer.
    public static let contentCommitment = KeyUsage(rawValue: 1 << 1)
    /// Encryption of keys.
    public static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    /// Encryption of data itself.
    package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    /// Key agreement.
    public static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    /// Signatures on certificates.
    package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    /// Signatures on CRLs.
    package static let cRLSign = KeyUsage(rawValue: 1 << 6)
    /// With keyAgreement: encryption only.
    package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    /// With keyAgreement: decryption only.
    package static let decipherOnly = KeyUsage(rawValue: 1 << 8)

    init(extensionValue: [UInt8]) throws(DERError) {
        var reader = DERReader(extensionValue)
        let bits = try reader.bitString()
        try reader.finish()
        var raw: UInt16 = 0
        for (index, byte) in bits.bytes.prefix(2).enumerated() {
            for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 {
                let position = index * 8 + bit
                if position < 16 { raw |= 1 << UInt16(position) }
            }
        }
        rawValue = raw
    }

    /// The names of the bits that are set, as RFC 5280 spells them.
    package var names: [String] {
        let all = [
            "digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
            "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
        ]
        return all.enumerated().filter { contains(KeyUsage(rawValue: 1 << UInt16($0.offset))) }.map(\.element)
    }
}
