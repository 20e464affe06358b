// SPDX-License-Identifier: Apache-2.0
// All spellings of a host name have one normal form; an invalid name has none.

import CertAuthTLS
import XCTest

final class HostNameTests: XCTestCase {
    /// A deterministic generator, so that a failure can be reproduced.
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    func test_every_spelling_of_a_name_has_the_same_normal_form() throws {
        var random = Sequence(state: 8_009)
        let labels = ["a", "example", "x-y", "xn--mnchen-3ya", "_sip", "0", "münchen", "bücher", "пример", "例え"]
        for _ in 0..<5_000 {
            let name = (0..<Int.random(in: 1...5, using: &random)).compactMap { _ in
                labels.randomElement(using: &random)
            }
            .joined(separator: ".")
            let normal = try XCTUnwrap(HostName(serverName: name), name)
            let spelled = String(name.map { Bool.random(using: &random) ? Character($0.uppercased()) : $0 })
            let dot = Bool.random(using: &random) ? "." : ""
            let port = [":443", ":8443", ":", ""].randomElement(using: &random) ?? ""
            XCTAssertEqual(HostName(serverName: spelled + dot), normal, spelled)
            XCTAssertEqual(HostName(authority: spelled + dot + port), normal, spelled + dot + port)
            XCTAssertEqual(HostName(serverName: normal.text), normal, "the normal form is its own")
            XCTAssertTrue(normal.text.utf8.allSatisfy { $0 < 0x80 }, normal.text)
        }
    }

    func test_random_text_never_has_a_normal_form_that_is_not_its_own() {
        var random = Sequence(state: 53_622)
        let alphabet = Array("aZ09-_.:[]/@%* \u{0}\u{7F}äßİ\u{301}ａ。\u{212A}\u{130}ς\u{200D}")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...9, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            for name in [HostName(serverName: text), HostName(authority: text)].compactMap({ $0 }) {
                XCTAssertEqual(HostName(authority: name.text), name, text)
                XCTAssertFalse(name.text.hasSuffix("."), text)
                XCTAssertEqual(name.text, name.text.lowercased(), text)
            }
        }
    }

    func test_internationalised_names_are_converted_to_A_labels() {
        // RFC 3492 section 7.1 (A), (B) and (I), and names in use.
        let expected = [
            "münchen": "xn--mnchen-3ya", "MÜNCHEN": "xn--mnchen-3ya", "bücher": "xn--bcher-kva",
            "他们为什么不说中文": "xn--ihqwcrb4cv8a8dqg056pqjye",
            "почемужеонинеговорятпорусски": "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l", "пример": "xn--e1afmkfd",
        ]
        for (name, encoded) in expected {
            XCTAssertEqual(HostName(serverName: name)?.text, encoded, name)
        }
    }

    func test_an_invalid_host_name_has_no_normal_form() {
        let label = String(repeating: "a", count: 63)
        let refused = [
            "", ".", "..", "a..b", ".a", "a..", "-a", "a-", "a b", "a/b", "a%2eb", "a@b", "*", "*.a", "a\u{0}", "a。b",
            "ａ", "straße", "e\u{301}", "\u{212A}elvin\u{301}", "a:b:c", "a:http", "a:123456", "[::1", "[::1]x", "[:::]",
            "[1:2]", "[1.2.3.4::]", "[::1%eth0]", "[a]",
            label + "a", [label, label, label, label].joined(separator: "."),
        ]
        for text in refused { XCTAssertNil(HostName(authority: text), text) }
        XCTAssertEqual(HostName(authority: label)?.text, label)
        XCTAssertNil(HostName(serverName: "a:443"), "a server name has no port")
        XCTAssertEqual(HostName(authority: "a:443")?.text, "a")
    }

    func test_addresses_keep_their_brackets() {
        XCTAssertEqual(HostName(authority: "[2001:DB8::1]:443")?.text, "[2001:db8::1]")
        XCTAssertEqual(HostName(authority: "127.0.0.1:8443")?.text, "127.0.0.1")
    }
}
