// SPDX-License-Identifier: Apache-2.0
// Certificates that no authority has signed, of any shape.

import CReference
import CertAuthTesting

/// A certificate with nonsense for a signature: what a stranger can make without any key.
struct RawCertificate {
    var key: [UInt8] = Keys.unknown
    var subject = Self.name("stranger")
    var issuer = Self.name("stranger")
    var serial: [UInt8] = [7]
    var extensions: [[UInt8]] = []
    var signature: [UInt8] = DER.sequence([DER.integer(5), DER.integer(7)])
    var algorithm = DER.sequence([DER.objectIdentifier(dotted: "1.2.840.10045.4.3.2")])

    var der: [UInt8] {
        let time = DER.value(0x17, Array("250101000000Z".utf8))
        let end = DER.value(0x17, Array("450101000000Z".utf8))
        let list = extensions.isEmpty ? [] : DER.constructed(3, [DER.sequence(extensions)])
        let version = DER.constructed(0, [DER.integer(2)])
        let serial = DER.integer(contents: serial)
        let validity = DER.sequence([time, end])
        let part = DER.sequence([version, serial, algorithm, issuer, validity, subject, key, list])
        return DER.sequence([part, algorithm, DER.bitString(signature)])
    }

    static func attribute(_ text: String) -> [UInt8] {
        DER.sequence([DER.objectIdentifier(dotted: "2.5.4.3"), DER.utf8String(text)])
    }

    static func name(_ text: String) -> [UInt8] { DER.sequence([DER.set([attribute(text)])]) }

    static func `extension`(_ identifier: String, _ value: [UInt8], isCritical: Bool = false) -> [UInt8] {
        let flag = isCritical ? DER.boolean(true) : []
        return DER.sequence([DER.objectIdentifier(dotted: identifier), flag, DER.octetString(value)])
    }

    /// As many copies of `element` as `bytes` hold.
    static func fill(_ bytes: Int, _ element: (Int) -> [UInt8]) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        var size = 0
        while true {
            let next = element(elements.count)
            guard size + next.count <= bytes else { return elements }
            size += next.count
            elements.append(next)
        }
    }
}

/// Public keys, most of them useless.
enum Keys {
    static let unknown = info("1.2.3.4", nil, [9])

    static func info(_ algorithm: String, _ parameters: [UInt8]?, _ key: [UInt8]) -> [UInt8] {
        DER.sequence([DER.sequence([DER.objectIdentifier(dotted: algorithm), parameters ?? []]), DER.bitString(key)])
    }

    static func rsa(bits: Int, exponent: [UInt8], isOdd: Bool = true) -> [UInt8] {
        var modulus = [UInt8](repeating: 0xA5, count: bits / 8)
        if !isOdd { modulus[modulus.count - 1] = 0xA4 }
        let numbers = DER.sequence([DER.integer(contents: [0] + modulus), DER.integer(contents: exponent)])
        return info("1.2.840.113549.1.1.1", DER.null, numbers)
    }

    static func curve(_ identifier: String, _ point: [UInt8]) -> [UInt8] {
        info("1.2.840.10045.2.1", DER.objectIdentifier(dotted: identifier), point)
    }

    /// A curve over a prime of so many bits, written out.
    static func costly(bits: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = certauth_costly_key(Int32(bits), &bytes, bytes.count)
        precondition(count > 0, "no such curve")
        return Array(bytes.prefix(count))
    }

    /// The generator's coordinate on P-521 and on sect571r1: points that can be decompressed.
    static let p521 = bytes(
        "0200C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A"
            + "429BF97E7E31C2E5BD66"
    )
    static let sect571r1 = bytes(
        "030303001D34B856296C16C0D40D3CD7750A93D1D2955FA80AA5F40FC8DB7B2ABDBDE53950F4C0D293CDD711A35B67FB1499AE60038614F139"
            + "4ABFA3B4C850D927E1E7769C8EEC2D19"
    )

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
