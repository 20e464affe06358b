// SPDX-License-Identifier: Apache-2.0
// Signatures in non-standard encodings, on certificates, CRLs and OCSP responses.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class SignatureFormTests: XCTestCase {
    private static let kinds: [TestKey.Kind] = [.p256, .p384, .p521, .rsa(bits: 2048), .ed25519, .ed448]

    func test_a_certificate_with_a_signature_of_another_form_is_refused() throws {
        let clock = try Stage().clock
        for kind in Self.kinds {
            let root = try TestAuthority("Root", key: .generate(kind), clock: clock.verificationClock)
            let stage = try Stage()
            let options = try stage.options(trusting: [root.certificate])
            let authenticator = try stage.authenticator(options: options)
            let alice = try root.issue("alice").certificateDER
            for (name, signature) in try Self.variants(of: Self.signature(of: alice), kind) {
                let damaged = try Self.replacingSignature(of: alice, with: signature)
                let chain = try XCTUnwrap(PresentedChain(derEncoded: [damaged], source: .tls))
                guard case .refused(let failure, _) = authenticator.validate(chain) else {
                    XCTFail("\(kind): \(name)")
                    continue
                }
                XCTAssertEqual(failure.code, .badSignature, "\(kind): \(name): \(failure.message)")
                // OpenSSL alone gives the same answer.
                let plain = try X509Certificate(der: damaged)
                XCTAssertFalse(plain.isSigned(by: try X509Certificate(der: root.certificateDER)), "\(kind): \(name)")
            }
            let chain = try XCTUnwrap(PresentedChain(derEncoded: [alice], source: .tls))
            assertAccepted(authenticator.validate(chain))
        }
    }

    func test_a_list_and_a_response_with_a_signature_of_another_form_are_ignored() throws {
        for kind in Self.kinds {
            var scene = try RevocationScene()
            let issuing = try scene.stage.root.intermediate("Issuing", key: .generate(kind))
            scene.alice = try issuing.issue("alice")
            let list = try issuing.revocationList().derEncoded
            for (name, signature) in try Self.variants(of: Self.signature(of: list), kind) {
                scene.lists = [TestRevocationList(derEncoded: try Self.replacingSignature(of: list, with: signature))]
                XCTAssertEqual(try scene.word(), "bad-signature", "CRL, \(kind): \(name)")
            }
            scene.lists = [TestRevocationList(derEncoded: list)]
            XCTAssertEqual(try scene.word(), "good", "CRL, \(kind)")
            scene.lists = []
            let names = try Self.variants(of: Self.signature(of: list), kind).map(\.0)
            for name in names {
                scene.responses = [
                    try issuing.ocspResponse(for: scene.alice) { template in
                        let whole = try Self.signature(ofResponse: template.signed(by: issuing.key))
                        let wanted = try Self.variants(of: whole, kind).first { $0.0 == name }
                        template.signatureDefect = .replaced(try XCTUnwrap(wanted).1)
                    }
                ]
                XCTAssertEqual(try scene.word(), "bad-signature", "OCSP, \(kind): \(name)")
            }
            scene.responses = [try issuing.ocspResponse(for: scene.alice)]
            XCTAssertEqual(try scene.word(), "good", "OCSP, \(kind)")
        }
    }

    // MARK: Signatures

    private static func variants(of signature: [UInt8], _ kind: TestKey.Kind) throws -> [(String, [UInt8])] {
        let common: [(String, [UInt8])] = [
            ("empty", []), ("one byte less", signature.dropLast()), ("one byte more", signature + [0]),
            ("a zero before it", [0] + signature), ("zeros", [UInt8](repeating: 0, count: signature.count)),
        ]
        switch kind {
        case .p256, .p384, .p521: return try common + ecdsa(signature)
        case .ed25519: return common + [("s + L", adding(order25519, to: signature, from: 32))]
        case .ed448: return common + [("s + L", adding(order448, to: signature, from: 57))]
        default: return common
        }
    }

    private static func ecdsa(_ signature: [UInt8]) throws -> [(String, [UInt8])] {
        var reader = DERReader(signature)
        var numbers = try reader.constructed()
        let r = try numbers.value()
        let s = try numbers.value()
        let (first, second) = (Array(r.encoding), Array(s.encoding))
        let contents = Array(s.contents)
        let order =
            contents.count > 60 ? SignatureTwin.p521 : contents.count > 40 ? SignatureTwin.p384 : SignatureTwin.p256
        return [
            ("a long length", DER.value(0x30, first + second, lengthOctets: 3)),
            ("an indefinite length", [0x30, 0x80] + first + second + [0, 0]),
            ("a number too many", DER.sequence([first, second, DER.integer(0)])), ("r alone", DER.sequence([first])),
            ("s first", DER.sequence([second, first])), ("r is 0", DER.sequence([DER.integer(0), second])),
            ("s is 0", DER.sequence([first, DER.integer(0)])), ("r is 1", DER.sequence([DER.integer(1), second])),
            ("a padded s", DER.sequence([first, DER.integer(contents: [0, 0] + contents)])),
            ("s + n", DER.sequence([first, DER.integer(contents: sum(contents, order))])),
            ("-s", DER.sequence([first, DER.integer(contents: negated(contents))])),
            ("a SET", DER.set([first, second])), ("OCTET STRINGs", DER.sequence([[0x04] + first.dropFirst(), second])),
            ("raw numbers", Array(r.contents) + contents),
        ]
    }

    /// Returns the two's complement of the number, with one additional byte.
    private static func negated(_ contents: [UInt8]) -> [UInt8] {
        var carry = 1
        let digits = ([0] + contents).reversed().map { digit -> UInt8 in
            let value = Int(~digit) + carry
            carry = value >> 8
            return UInt8(value & 0xFF)
        }
        return Array(digits.reversed().drop { $0 == 0xFF && contents[0] < 0x80 }.prefix(contents.count + 1))
    }

    private static func sum(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        let length = max(first.count, second.count) + 1
        var carry = 0
        let digits = zip(padded(first, length).reversed(), padded(second, length).reversed()).map { (a, b) -> UInt8 in
            let value = Int(a) + Int(b) + carry
            carry = value >> 8
            return UInt8(value & 0xFF)
        }
        let shortest = Array(digits.reversed().drop { $0 == 0 })
        return (shortest.first ?? 0) < 0x80 ? shortest : [0] + shortest
    }

    private static func padded(_ number: [UInt8], _ length: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: length - number.count) + number
    }

    /// `signature` with a little-endian number added to the one that begins at `start`.
    private static func adding(_ number: [UInt8], to signature: [UInt8], from start: Int) -> [UInt8] {
        var result = signature
        var carry = 0
        for index in start..<signature.count {
            let digit = index - start < number.count ? Int(number[index - start]) : 0
            let value = Int(result[index]) + digit + carry
            result[index] = UInt8(value & 0xFF)
            carry = value >> 8
        }
        return result
    }

    /// The order of the base point, little-endian (RFC 8032 §5.1, §5.2).
    private static let order25519 = Array(
        (Hexadecimal.bytes("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed") ?? []).reversed()
    )
    private static let order448 = Array(
        (Hexadecimal.bytes(
            "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff7cca23e9c44edb49aed63690216cc2728dc58f552378c292"
                + "ab5844f3"
        ) ?? []).reversed()
    )

    // MARK: Envelopes

    private static func signature(of derEncoded: [UInt8]) throws -> [UInt8] {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        _ = try outer.value()
        _ = try outer.value()
        return Array(try outer.bitString().bytes)
    }

    private static func signature(ofResponse derEncoded: [UInt8]) throws -> [UInt8] {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        _ = try outer.value()
        var explicit = try outer.constructed(0xA0)
        var body = try explicit.constructed()
        _ = try body.value()
        return try signature(of: Array(body.value(0x04).contents))
    }

    private static func replacingSignature(of derEncoded: [UInt8], with signature: [UInt8]) throws -> [UInt8] {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        let part = Array(try outer.value().encoding)
        let algorithm = Array(try outer.value().encoding)
        return DER.sequence([part, algorithm, DER.bitString(signature)])
    }
}
