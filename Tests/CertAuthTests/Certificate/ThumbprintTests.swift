// SPDX-License-Identifier: Apache-2.0
// Thumbprints and key hashes, compared with those of the openssl program.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class ThumbprintTests: XCTestCase {
    func test_thumbprints_of_every_algorithm_equal_those_of_the_openssl_program() throws {
        let identity = try Stage().issuing.issue("alice")
        let folder = try TemporaryDirectory()
        let file = try folder.write(try identity.certificatePEM(), as: "alice.pem")
        for algorithm in Thumbprint.Algorithm.allCases {
            let said = try openssl(["x509", "-in", file, "-noout", "-fingerprint", "-\(algorithm.rawValue)"])
            let digits = try XCTUnwrap(said.split(separator: "=").last).trimmingCharacters(in: .whitespacesAndNewlines)
            let thumbprint = try XCTUnwrap(try identity.certificate.thumbprint(algorithm))
            XCTAssertEqual(Thumbprint(hexadecimal: digits), thumbprint)
            XCTAssertEqual(thumbprint.bytes.count, algorithm.byteCount)
        }
    }

    func test_the_key_hash_is_the_digest_of_the_whole_key_info_and_survives_renewal() throws {
        let stage = try Stage()
        let key = try TestKey.generate()
        let first = try stage.issuing.issue("alice", key: key).certificate
        let renewed = try stage.root.issue("alice", key: key).certificate
        let other = try stage.issuing.issue("alice").certificate
        XCTAssertEqual(first.publicKeyHash(), renewed.publicKeyHash())
        XCTAssertNotEqual(first.publicKeyHash(), other.publicKeyHash())
        XCTAssertNotEqual(first, renewed)
        let folder = try TemporaryDirectory()
        let file = try folder.write(try key.subjectPublicKeyInfo(), as: "key.der")
        let said = try openssl(["dgst", "-sha256", "-r", file])
        XCTAssertEqual(first.publicKeyHash()?.hexadecimal, said.split(separator: " ").first.map(String.init))
    }

    func test_hexadecimal_digits_select_the_algorithm_by_their_length() {
        let digits = String(repeating: "Ab", count: 32)
        XCTAssertEqual(Thumbprint(hexadecimal: digits)?.algorithm, .sha256)
        XCTAssertEqual(Thumbprint(hexadecimal: digits)?.hexadecimal, digits.lowercased())
        let colons = (0..<32).map { _ in "AB" }.joined(separator: ":")
        XCTAssertEqual(Thumbprint(hexadecimal: colons), Thumbprint(hexadecimal: digits))
        XCTAssertEqual(Thumbprint(hexadecimal: String(digits.prefix(40)))?.algorithm, .sha1)
        for wrong in [
            "", "A", "GG", String(digits.dropLast()), String(digits.dropLast(2)), digits + "00", " " + digits,
        ] {
            XCTAssertNil(Thumbprint(hexadecimal: wrong), wrong)
        }
    }

    func test_certificates_are_equal_by_their_bytes() throws {
        let identity = try Stage().issuing.issue("alice")
        XCTAssertEqual(try identity.certificate, try Certificate(derEncoded: identity.certificateDER))
        XCTAssertEqual(Set([try identity.certificate, try identity.certificate]).count, 1)
    }

    private func openssl(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try XCTSkipUnless(process.terminationStatus == 0, "the openssl program is missing")
        return String(decoding: bytes, as: UTF8.self)
    }
}
