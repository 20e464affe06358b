// SPDX-License-Identifier: Apache-2.0
// Certificate-bound tokens (RFC 8705).

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class TokenConfirmationTests: XCTestCase {
    private var scene: AuthorizationStage!
    private var alice: AuthenticatedClient!
    private var value = ""

    override func setUp() async throws {
        scene = try AuthorizationStage()
        alice = try await scene.alice()
        value = Self.base64url(alice.certificate.sha256Thumbprint.bytes)
    }

    private static func base64url(_ bytes: [UInt8]) -> String {
        Base64.encoded(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private func assertRefused(
        _ code: FailureCode,
        _ message: String? = nil,
        file: StaticString = #filePath,
        line: UInt = #line,
        _ body: () throws -> Void
    ) {
        XCTAssertThrowsError(try body(), file: file, line: line) { error in
            let failure = error as? AuthenticationFailure
            XCTAssertEqual(failure?.code, code, "\(error)", file: file, line: line)
            if let message { XCTAssertEqual(failure?.message, message, file: file, line: line) }
        }
    }

    func test_a_token_passes_with_the_certificate_it_is_bound_to_and_with_no_other() async throws {
        let bob = try await scene.alice()
        let confirmation = TokenConfirmation(certificateThumbprint: value)
        XCTAssertNoThrow(try confirmation.check(alice))
        let presented = PresentedChain(derEncoded: [alice.certificate.derEncoded], source: .tls)
        XCTAssertNoThrow(try confirmation.check(presented))
        let source = PresentedChain.Source.forwarded(dialect: "nginx", verifiedByProxy: false)
        XCTAssertNoThrow(
            try confirmation.check(PresentedChain(derEncoded: [alice.certificate.derEncoded], source: source))
        )
        let digests = [alice, bob].map { $0!.certificate.sha256Thumbprint.hexadecimal }
        assertRefused(.tokenBindingMismatch, "the token is bound to \(digests[0]), found \(digests[1])") {
            try confirmation.check(bob)
        }
        assertRefused(.tokenBindingMismatch) {
            try confirmation.check(PresentedChain(derEncoded: [bob.certificate.derEncoded], source: .tls))
        }
        XCTAssertEqual(FailureCode.tokenBindingMismatch.reference.httpStatus, 401)
    }

    func test_a_token_is_refused_for_a_client_whose_key_is_not_proven() throws {
        let confirmation = TokenConfirmation(certificateThumbprint: value)
        let alice = try XCTUnwrap(alice)
        let offline = AuthenticatedClient(
            principal: alice.principal,
            chain: alice.chain,
            facts: alice.facts,
            source: .offline,
            schemeName: alice.schemeName
        )
        assertRefused(.noCertificate, "the token needs a certificate whose key is proven") {
            try confirmation.check(offline)
        }
        XCTAssertNoThrow(try confirmation.check(alice))
    }

    func test_a_token_without_a_proven_certificate_is_refused() throws {
        let confirmation = TokenConfirmation(certificateThumbprint: value)
        let offline = PresentedChain(derEncoded: [alice.certificate.derEncoded], source: .offline)
        for chain in [nil, offline] {
            assertRefused(.noCertificate, "the token needs a certificate whose key is proven") {
                try confirmation.check(chain)
            }
        }
    }

    func test_a_token_that_is_not_bound_is_refused() throws {
        assertRefused(.tokenNotBound, "the token has no cnf with x5t#S256") {
            try TokenConfirmation(certificateThumbprint: nil).check(alice)
        }
        let bad = [
            "", value + "=", String(value.dropLast()), value + "A", String(value.dropLast()) + "*",
            Base64.encoded(alice.certificate.sha256Thumbprint.bytes), alice.certificate.sha256Thumbprint.hexadecimal,
            // The last character contains two bits beyond the digest, which must be zero.
            String(value.dropLast()) + "_",
        ]
        for text in bad {
            assertRefused(.tokenNotBound) { try TokenConfirmation(certificateThumbprint: text).check(alice) }
        }
    }

    func test_the_confirmation_is_decoded_from_claims_and_by_Codable() throws {
        let good = [
            #"{"sub":"alice","cnf":{"x5t#S256":"VALUE"},"aud":["a",{"cnf":1}],"n":-1.5e+3,"t":[true,false,null]}"#,
            #" { "c\u006ef" : { "jkt" : "x" , "x5t#S256" : "VALUE" } } "#,
            #"{"inner":{"cnf":{"x5t#S256":"other"}},"cnf":{"x5t#S256":"VALUE"}}"#,
        ]
        for json in good {
            let confirmation = try TokenConfirmation(claims: json.replacing("VALUE", with: value).utf8)
            XCTAssertNoThrow(try confirmation.check(alice), json)
        }
        for json in ["{}", #"{"cnf":{}}"#, #"{"cnf":null}"#, #"{"cnf":{"jkt":"x"}}"#, #"{"cnf":{"x5t#S256":null}}"#] {
            XCTAssertNil(try TokenConfirmation(claims: json.utf8).certificateThumbprint, json)
        }
        let decoded = try JSONDecoder().decode(
            TokenConfirmation.self,
            from: Data(#"{"x5t#S256":"\#(value)"}"#.utf8)
        )
        XCTAssertNoThrow(try decoded.check(alice))
    }

    func test_claims_that_are_not_a_JSON_object_or_have_duplicate_names_are_refused() {
        let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        let cases = [
            ("", "not a JSON object (byte 0)"), ("[]", "not a JSON object (byte 0)"),
            ("\"cnf\"", "not a JSON object (byte 0)"),
            ("{", "not a JSON object (byte 1)"), ("{}x", "not a JSON object (byte 2)"),
            ("{\"a\":1,}", "not a JSON object (byte 7)"),
            ("{\"a\":01}", "not a JSON object (byte 5)"), ("{\"a\":+1}", "not a JSON object (byte 5)"),
            ("{\"a\":1.}", "not a JSON object (byte 5)"), ("{\"a\":nul}", "not a JSON object (byte 5)"),
            ("{\"a\":}", "not a JSON object (byte 5)"), ("{a:1}", "not a JSON object (byte 1)"),
            ("{\"a\" 1}", "not a JSON object (byte 5)"), ("{\"a\":\"\u{1}\"}", "not a JSON object (byte 6)"),
            ("{\"a\":\"\\x\"}", "not a JSON object (byte 7)"), ("{\"a\":\"\\ud800\"}", "not a JSON object (byte 8)"),
            ("{\"a\":\"\\u+123\"}", "not a JSON object (byte 8)"), ("{\"a\":\"x", "not a JSON object (byte 7)"),
            (#"{"cnf":{"x5t#S256":"a"},"cnf":{"x5t#S256":"b"}}"#, "'cnf' appears twice"),
            (#"{"cnf":{"x5t#S256":"a","x5t#S256":"a"}}"#, "'x5t#S256' appears twice"),
            (#"{"cnf":"a"}"#, "'x5t#S256' is of another type than expected"),
            (#"{"cnf":["a"]}"#, "'x5t#S256' is of another type than expected"),
            (#"{"cnf":{"x5t#S256":7}}"#, "'x5t#S256' is of another type than expected"),
            (#"{"cnf":{"x5t#S256":{}}}"#, "'x5t#S256' is of another type than expected"),
            ("{\"a\":\(deep)}", "nested deeper than 32"),
            ("{\"a\":\"\(String(repeating: "a", count: 65_536))\"}", "more than 65536 bytes"),
        ]
        for (json, words) in cases {
            assertRefused(.tokenNotBound, "the token's claims: \(words)") {
                _ = try TokenConfirmation(claims: json.utf8)
            }
        }
        XCTAssertNoThrow(try TokenConfirmation(claims: "{\"a\":\(deep.dropFirst().dropLast())}".utf8))
    }

    func test_damaged_claims_are_answered_and_never_trap() throws {
        let json = #"{"sub":"\u0061\ud83d\ude00","cnf":{"x5t#S256":"\#(value)","n":[1,-0.5e2,null]},"aud":["a"]}"#
        var mutator = Mutator(seed: 8705)
        var read = 0
        for _ in 0..<4_000 {
            let damaged = mutator.mutated(Array(json.utf8))
            guard let found = try? TokenConfirmation(claims: damaged) else { continue }
            read += 1
            XCTAssertEqual(found, try? TokenConfirmation(claims: damaged))
            // Text that our reader accepts as JSON must be JSON for other readers too.
            XCTAssertNotNil(
                try? JSONSerialization.jsonObject(with: Data(damaged)),
                String(decoding: damaged, as: UTF8.self)
            )
        }
        XCTAssertGreaterThan(read, 100)
    }
}
