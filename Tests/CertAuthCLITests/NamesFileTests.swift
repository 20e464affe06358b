// SPDX-License-Identifier: Apache-2.0
// The format of `--names`.

import CertAuthCLI
import CertAuthTLS
import XCTest

final class NamesFileTests: XCTestCase {
    private func names(_ text: String) throws -> [ServerNameSettings] { try NamesFile(Array(text.utf8)).names }

    private func assertRefused(
        _ text: String,
        _ line: Int?,
        _ message: String,
        hint: String? = nil,
        at place: UInt = #line
    ) {
        assertRefused(Array(text.utf8), line, message, hint: hint, at: place)
    }

    private func assertRefused(
        _ bytes: [UInt8],
        _ line: Int?,
        _ message: String,
        hint: String? = nil,
        at place: UInt = #line
    ) {
        XCTAssertThrowsError(try NamesFile(bytes), line: place) { error in
            let error = error as? NamesFileError
            XCTAssertEqual(error?.line, line, line: place)
            XCTAssertEqual(error?.message, message, line: place)
            if let hint { XCTAssertEqual(error?.hint, hint, line: place) }
        }
    }

    func test_each_line_sets_what_the_flags_set() throws {
        let found = try names(
            """
            # Comments and blank lines are ignored.

            a.test
            \tb.test  mode=none # a comment
            *.c.test mode=delayed cert=c.pem key=c.key trust=one.pem trust=two.pem
            d.test cert="with \\"quotes\\", \\\\ and space#.pem" key=a#b=c.key

            """
        )
        XCTAssertEqual(found.map(\.name), ["a.test", "b.test", "*.c.test", "d.test"])
        XCTAssertEqual(found.map(\.mode), [nil, ClientCertificateMode.none, .delayed, nil])
        XCTAssertEqual(found.map(\.certificate), [nil, nil, "c.pem", #"with "quotes", \ and space#.pem"#])
        XCTAssertEqual(found.map(\.key), [nil, nil, "c.key", "a#b=c.key"])
        XCTAssertEqual(found.map(\.clientAuthorities), [[], [], ["one.pem", "two.pem"], []])
        XCTAssertEqual(found.map(\.line), [3, 4, 5, 6])
    }

    func test_a_line_may_have_several_certificates_in_pairs_with_their_keys() throws {
        let found = try names("a.test cert=a.pem key=a.key key=b.key cert=b.pem\n")
        XCTAssertEqual(found.map(\.certificate), ["a.pem"])
        XCTAssertEqual(found.map(\.key), ["a.key"])
        XCTAssertEqual(
            found.map(\.additionalIdentities),
            [[IdentityFiles(certificate: "b.pem", key: "b.key")]]
        )
    }

    func test_line_breaks_of_Windows_and_a_byte_order_mark_are_accepted() throws {
        let found = try NamesFile([0xEF, 0xBB, 0xBF] + Array("a.test mode=allow\r\n\r\nb.test\r\n".utf8)).names
        XCTAssertEqual(found.map(\.name), ["a.test", "b.test"])
        XCTAssertEqual(found.map(\.line), [1, 3])
        XCTAssertEqual(found.first?.mode, .allow)
    }

    func test_the_line_of_all_other_names_sets_their_mode() throws {
        let file = try NamesFile(Array("* mode=allow\na.test mode=require\n".utf8))
        XCTAssertEqual(file.others?.mode, .allow)
        XCTAssertEqual(file.names.map(\.name), ["a.test"])
        let message = "* is for all other names and needs a mode alone"
        assertRefused("*\n", 1, message)
        assertRefused("* mode=none trust=a.pem\n", 1, message)
        assertRefused("* mode=none\n* mode=none\n", 2, "* is already in line 1")
    }

    func test_a_name_is_given_once_however_it_is_spelled() {
        for (first, second) in [
            ("a.test", "A.TEST."), ("*.a.test", "*.A.test"), ("münchen.test", "xn--mnchen-3ya.test"),
        ] {
            assertRefused(
                "\(first) mode=require\n#\n\(second) mode=require\n",
                3,
                "\(second) is already in line 1, expected each name once, however it is spelled"
            )
        }
        XCTAssertNoThrow(try names("a.test\n*.a.test\n"))
    }

    func test_what_is_not_a_server_name_is_refused() {
        for name in ["127.0.0.1", "::1", "[::1]"] {
            assertRefused(
                "\(name) mode=none\n",
                1,
                "\(name) is an address, expected a host name: clients send no server name for an address"
            )
        }
        for name in [
            "a.test:443", "a.*.test", "*a.test", "*.", "a..test", "-a.test", "https://a.test", "a.test,b.test",
        ] {
            assertRefused(
                "\(name)\n",
                1,
                "'\(name)' is not a server name, expected a host name without a port, or *. and a domain"
            )
        }
        assertRefused("mode=none\n", 1, "'mode=none' is at the start, expected a server name there")
        assertRefused("\"a.test\"\n", 1, #"a quote inside of '"', expected it directly after KEY="#)
    }

    func test_what_is_not_a_setting_is_refused() {
        let format = "a line is: NAME [mode=none|allow|require|delayed] [cert=FILE key=FILE]... [trust=FILE]..."
        assertRefused("a.test require\n", 1, "'require' is not a setting, expected KEY=VALUE", hint: format)
        assertRefused("a.test =x\n", 1, "'=x' is not a setting, expected KEY=VALUE", hint: format)
        assertRefused("a.test ca=x\n", 1, "'ca' is not a setting, expected mode, cert, key or trust", hint: format)
        assertRefused("a.test Mode=none\n", 1, "'Mode' is not a setting, expected mode, cert, key or trust")
        assertRefused("a.test trust=\n", 1, "trust has no value")
        assertRefused("a.test trust=\"\"\n", 1, "trust has no value")
        assertRefused(
            "\na.test mode=requires\n",
            2,
            "mode=requires: no such mode, expected none, allow, require or delayed"
        )
        assertRefused("a.test mode=none mode=none\n", 1, "mode is given twice, expected it once")
        assertRefused("a.test cert=a key=b key=c\n", 1, "1 cert and 2 key, expected one key for each cert")
        assertRefused("a.test cert=a key=b cert=c\n", 1, "2 cert and 1 key, expected one key for each cert")
        assertRefused("a.test cert=a\n", 1, "cert without key, expected both")
        assertRefused("a.test key=a\n", 1, "key without cert, expected both")
    }

    func test_quotes_enclose_a_whole_value() {
        assertRefused("a.test trust=\"a.pem\n", 1, "the quotes after 'trust=' are not closed")
        assertRefused("a.test trust=\"a\"b\n", 1, "text directly after the quotes of 'trust=a', expected a space")
        assertRefused("a.test trust=a\"b\"\n", 1, #"a quote inside of 'trust=a"', expected it directly after KEY="#)
        assertRefused("a.test trust=\"a\\b\"\n", 1, #"a backslash in the quotes after 'trust=', expected \" or \\"#)
    }

    func test_a_file_that_may_be_incomplete_is_refused() {
        assertRefused(
            "a.test\nb.test trust=b.pe",
            2,
            "no line break at the end of the file, so the line may be incomplete",
            hint: "end the last line with a line break"
        )
        for text in ["", "\n", "# nothing\n"] {
            assertRefused(text, nil, "no server name in it, expected at least one")
        }
    }

    func test_only_printable_UTF_8_is_accepted() {
        assertRefused([0x61, 0xFF, 0x0A], 1, "not UTF-8, expected a text file")
        assertRefused([0xFF, 0xFE, 0x61, 0], nil, "UTF-16, expected UTF-8")
        let characters = [
            ("\u{0}", "\\u{0}"), ("\u{1B}", "\\u{1b}"), ("\r", "\\u{d}"), ("\u{202E}", "\\u{202e}"),
            ("\u{85}", "\\u{85}"),
        ]
        for (character, shown) in characters {
            assertRefused(
                "a.test trust=a\(character)b\n",
                1,
                "found the character \(shown), expected only printable characters"
            )
        }
    }

    func test_lines_and_names_are_limited() throws {
        let room = 5 * 4_096 - "a.test trust=".utf8.count
        XCTAssertNoThrow(try names("a.test trust=" + String(repeating: "x", count: room) + "\n"))
        assertRefused(
            "a.test trust=" + String(repeating: "x", count: room + 1) + "\n",
            1,
            "20481 bytes in a line, at most 20480 are allowed"
        )
        let lines = (0...NamesFile.nameLimit).map { "n\($0)\n" }
        XCTAssertEqual(try names(lines.dropLast().joined()).count, 50_000)
        assertRefused(lines.joined(), 50_001, "more than 50000 names")
    }
}
