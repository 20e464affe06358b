// SPDX-License-Identifier: Apache-2.0
// The forms of keys that OpenSSL is allowed to decode.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class KeyFormTests: XCTestCase {
    /// RFC 3279 §2.3.2: a DSA key without parameters inherits those of its issuer.
    func test_a_DSA_key_without_parameters_needs_an_issuer_that_has_some() throws {
        let bench = CheckBench()
        let numbers = [DER.integer(23), DER.integer(11), DER.integer(4)]
        let whole = KeyTemplate.key("1.2.840.10040.4.1", parameters: DER.sequence(numbers), DER.integer(5))
        let bare = KeyTemplate.key("1.2.840.10040.4.1", DER.integer(5))
        func path(_ leaf: [UInt8], _ issuing: [UInt8]?, _ root: [UInt8]? = nil) throws -> CandidatePath {
            try bench.path(
                leaf: { $0.subjectPublicKeyInfo = leaf },
                issuing: { if let issuing { $0.subjectPublicKeyInfo = issuing } },
                root: { if let root { $0.subjectPublicKeyInfo = root } }
            )
        }
        let check = KeyStrengthCheck()
        for (path, index) in [(try path(bare, nil), 0), (try path(bare, bare), 0), (try path(whole, bare), 1)] {
            try bench.assertRefuses(check, .malformed, at: index, path, saying: "DSA key without parameters") {
                $0.securityLevel = 1
            }
        }
        for path in [try path(bare, whole), try path(bare, bare, whole), try path(whole, nil)] {
            try bench.assertPasses(check, path) { $0.securityLevel = 1 }
            try bench.assertRefuses(check, .weakKey, at: 0, path, saying: "DSA key, expected RSA")
        }
    }

    private static let p256 = "1.2.840.10045.3.1.7"
    private static let p384 = "1.3.132.0.34"
    private static let p521 = "1.3.132.0.35"

    private func certificate(_ key: [UInt8]) throws -> Certificate {
        try Stage().root.issue("alice") { $0.subjectPublicKeyInfo = key }.certificate
    }

    /// Asserts the defect, and that OpenSSL decoded the key only if there is none.
    private func assertForm(_ key: [UInt8], _ kind: KeyFormDefect.Kind?, _ name: String, line: UInt = #line) throws {
        let certificate = try certificate(key)
        XCTAssertEqual(certificate.publicKey.formDefect?.kind, kind, name, line: line)
        if kind != nil { XCTAssertFalse(certificate.handle.hasUsablePublicKey, name, line: line) }
    }

    func test_every_usual_key_has_a_form_that_is_decoded() throws {
        let kinds: [TestKey.Kind] = [
            .p256, .p384, .p521, .secp256k1, .ed25519, .ed448, .rsa(bits: 2048), .rsaPSS(bits: 2048),
        ]
        for kind in kinds {
            let certificate = try certificate(TestKey.generate(kind).subjectPublicKeyInfo())
            XCTAssertNil(certificate.publicKey.formDefect, "\(kind)")
            XCTAssertTrue(certificate.handle.hasUsablePublicKey, "\(kind)")
        }
    }

    func test_a_curve_by_explicit_parameters_is_never_decoded_by_us_though_OpenSSL_would() throws {
        let key = try TestKey.generate(.p256)
        let explicit = try KeyTemplate.explicitCurve(of: key)
        try assertForm(explicit, .costly, "explicit parameters")
        let der = try certificate(explicit).derEncoded
        XCTAssertTrue(try X509Certificate(der: der).hasUsablePublicKey, "OpenSSL decodes it when asked")
        let point = try KeyTemplate.point(of: key)
        for parameters in [nil, DER.null] {
            let info = KeyTemplate.key("1.2.840.10045.2.1", parameters: parameters, point)
            try assertForm(info, .costly, "parameters \(parameters ?? [])")
        }
        let named = try certificate(KeyTemplate.point(point, onCurve: Self.p256))
        XCTAssertNil(named.publicKey.formDefect)
        XCTAssertTrue(named.handle.hasUsablePublicKey)
    }

    func test_a_point_has_the_length_of_its_curve_and_is_not_hybrid() throws {
        let point = try KeyTemplate.point(of: TestKey.generate(.p256))
        let compressed = KeyTemplate.compressed(point)
        for good in [point, compressed] {
            let certificate = try certificate(KeyTemplate.point(good, onCurve: Self.p256))
            XCTAssertNil(certificate.publicKey.formDefect)
            XCTAssertTrue(certificate.handle.hasUsablePublicKey)
        }
        let hybrid = [compressed[0] + 4] + point.dropFirst()
        let wrong: [([UInt8], String)] = [
            (hybrid, "hybrid"), ([0], "infinity"), ([], "nothing"), (point + [0], "one byte more"),
            (point.dropLast(), "less"),
            (compressed + [0], "compressed, one byte more"), (Array(compressed.dropLast()), "compressed, less"),
            ([5] + point.dropFirst(), "an unknown form"),
        ]
        for (point, name) in wrong {
            try assertForm(KeyTemplate.point(point, onCurve: Self.p256), .malformed, name)
        }
        for curve in [Self.p384, Self.p521] {
            try assertForm(KeyTemplate.point(point, onCurve: curve), .malformed, "a point of P-256 on \(curve)")
        }
    }

    func test_an_RSA_exponent_is_odd_at_least_3_and_has_at_most_64_bits() throws {
        let modulus = KeyTemplate.modulus(bits: 2048)
        let largest = [0] + [UInt8](repeating: 0xFF, count: 8)
        for good in [[3], [17], [1, 0, 1], [0x7F, 0xFF, 0xFF, 0xFF], largest] as [[UInt8]] {
            try assertForm(KeyTemplate.rsa(modulus: modulus, exponent: good), nil, "\(good)")
        }
        for weak in [[0], [1], [2], [4], [1, 0, 0], [0xFF], [0x80, 0x01]] as [[UInt8]] {
            try assertForm(KeyTemplate.rsa(modulus: modulus, exponent: weak), .weak, "\(weak)")
        }
        let costly: [[UInt8]] = [[1, 0, 0, 0, 0, 0, 0, 0, 1], modulus, KeyTemplate.modulus(bits: 3000)]
        for exponent in costly {
            try assertForm(KeyTemplate.rsa(modulus: modulus, exponent: exponent), .costly, "\(exponent.count) bytes")
        }
    }

    func test_an_RSA_modulus_is_odd_positive_and_above_the_exponent() throws {
        let even = KeyTemplate.modulus(bits: 2048, isOdd: false)
        for (modulus, name) in [
            (even, "even"), ([0], "zero"), ([0xFF, 0x01], "negative"), ([1, 0, 1], "the exponent"),
        ] {
            try assertForm(KeyTemplate.rsa(modulus: modulus, exponent: [1, 0, 1]), .weak, name)
        }
        try assertForm(KeyTemplate.rsa(modulus: [1, 0, 3], exponent: [1, 0, 1]), nil, "just above the exponent")
    }

    func test_parameters_are_those_of_the_algorithm() throws {
        let modulus = KeyTemplate.modulus(bits: 2048)
        let absent = KeyTemplate.rsa(modulus: modulus, exponent: [1, 0, 1], parameters: nil)
        try assertForm(absent, nil, "RSA without parameters, which many write")
        let odd = KeyTemplate.rsa(modulus: modulus, exponent: [1, 0, 1], parameters: DER.sequence([]))
        try assertForm(odd, .malformed, "RSA with a SEQUENCE")
        let numbers = DER.sequence([DER.integer(contents: modulus), DER.integer(contents: [1, 0, 1])])
        let pss = "1.2.840.113549.1.1.10"
        try assertForm(KeyTemplate.key(pss, parameters: DER.null, numbers), .malformed, "RSA-PSS with NULL")
        try assertForm(KeyTemplate.key(pss, numbers), nil, "RSA-PSS without parameters")
        for (identifier, count) in [("1.3.101.112", 32), ("1.3.101.113", 57)] {
            // The last byte contains the sign and, for Ed448, nothing else.
            let key = [UInt8](repeating: 1, count: count - 1) + [0]
            try assertForm(KeyTemplate.key(identifier, key), nil, identifier)
            try assertForm(
                KeyTemplate.key(identifier, parameters: DER.null, key),
                .malformed,
                "\(identifier) with NULL"
            )
            try assertForm(KeyTemplate.key(identifier, key + [1]), .malformed, "\(identifier), one byte more")
            try assertForm(KeyTemplate.key(identifier, key.dropLast()), .malformed, "\(identifier), one byte less")
        }
    }

    func test_a_coordinate_of_an_Edwards_point_is_below_the_prime_and_its_order_is_not_small() throws {
        for unusable in UnusableKey.smallOrder {
            try assertForm(unusable.key, .weak, unusable.name)
            try assertForm(unusable.repaired, nil, unusable.name)
        }
        let ones = [UInt8](repeating: 0xFF, count: 27)
        for low in UInt8(0xED)...0xFF {
            let beyond = [low] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
            try assertForm(KeyTemplate.key("1.3.101.112", beyond), .malformed, "2^255 - \(256 - Int(low))")
            try assertForm(KeyTemplate.key("1.3.101.112", beyond.dropLast() + [0xFF]), .malformed, "with a sign")
        }
        let below = [0xEB] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        try assertForm(KeyTemplate.key("1.3.101.112", below), nil, "the prime less 2")
        let beyond: [[UInt8]] = [
            [0xFF] + ones + [0xFE] + ones + [0], [0xFF] + ones + [0xFF] + ones + [0],
            [3] + [UInt8](repeating: 0, count: 55) + [1], [3] + [UInt8](repeating: 0, count: 55) + [0xC0],
        ]
        for point in beyond { try assertForm(KeyTemplate.key("1.3.101.113", point), .malformed, "\(point)") }
        try assertForm(KeyTemplate.key("1.3.101.113", [0xFD] + ones + [0xFE] + ones + [0]), nil, "the prime less 2")
    }

    func test_a_point_off_its_curve_has_a_defect_once_it_is_decoded() throws {
        for unusable in try UnusableKey.pointsOffTheCurve() {
            let wrong = try certificate(unusable.key)
            XCTAssertNil(wrong.publicKey.formDefect, unusable.name)
            XCTAssertEqual(wrong.keyDefect?.kind, .malformed, unusable.name)
            let right = try certificate(unusable.repaired)
            XCTAssertNil(right.keyDefect, unusable.name)
            XCTAssertTrue(right.handle.hasUsablePublicKey, unusable.name)
        }
    }

    func test_a_key_that_signs_nothing_is_not_decoded() throws {
        for identifier in ["1.2.840.113549.1.3.1", "1.2.840.10046.2.1", "1.3.101.110", "1.2.3.4"] {
            try assertForm(KeyTemplate.key(identifier, [UInt8](repeating: 9, count: 32)), .weak, identifier)
        }
    }
}
