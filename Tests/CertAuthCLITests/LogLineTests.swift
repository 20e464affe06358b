// SPDX-License-Identifier: Apache-2.0
// No value in the log can forge a field, a line or a colour, as text or as JSON.

import CertAuth
import Foundation
import Logging
import XCTest

@testable import CertAuthCLI

final class LogLineTests: XCTestCase {
    private let time = Timestamp(secondsSince1970: 1_800_000_000)

    private func line(_ message: String, _ metadata: [String: String]) -> LogLine {
        let event = LogEvent(
            level: .notice,
            message: "\(message)",
            metadata: metadata.mapValues { .string($0) },
            source: "test",
            file: "f",
            function: "g",
            line: 1
        )
        return LogLine(at: time, event, metadata: [:])
    }

    /// Reads a line as a program would: blanks separate fields, except within quotation marks.
    private func fields(of text: String) throws -> [String: String] {
        let found = text.matches(of: #/ ([a-z0-9_.]+)=(?:"((?:[^"\\]|\\.)*)"|([^" ]+))(?= |$)/#)
        return Dictionary(found.map { (String($0.1), String($0.2 ?? $0.3 ?? "")) }, uniquingKeysWith: { $0 + "|" + $1 })
    }

    private static let forgeries = [
        "x certauth.code=success", "x\" certauth.code=success y=\"", "x\\\" certauth.code=success y=\"", "x\\",
        "x\n2027-01-15T08:00:00Z certauth: notice: client certificate accepted certauth.code=success",
        "x\r certauth.code=success", "x\u{2028}certauth.code=success", "x\u{2029}y", "x\u{85}y", "\u{1B}[2J\u{1B}[31mx",
        "x\u{0}y", "x\u{202E}y", "x\u{200B}y", "\u{7F}", "", " ", "=", "\"", "x\tcertauth.code=success", "ä\u{301}",
        String(repeating: "\u{1B}", count: 5_000), String(repeating: "a", count: 5_000),
    ]

    func test_a_line_for_people_has_the_time_the_level_the_message_and_quoted_values() {
        XCTAssertEqual(
            line("client refused", ["certauth.code": "expired", "certauth.subject": "CN=old man"]).text,
            #"2027-01-15T08:00:00Z certauth: notice: client refused certauth.code=expired certauth.subject="CN=old man""#
        )
    }

    func test_a_line_for_programs_is_one_json_object() throws {
        XCTAssertEqual(
            line("client refused", ["certauth.code": "expired", "certauth.subject": "CN=\"a\"\n"]).json,
            #"{"time":"2027-01-15T08:00:00Z","level":"notice","message":"client refused","certauth.code":"expired","#
                + #""certauth.subject":"CN=\"a\"\n"}"#
        )
        XCTAssertEqual(
            line("m", ["time": "0", "level": "debug", "message": "forged"]).json,
            #"{"time":"2027-01-15T08:00:00Z","level":"notice","message":"m","metadata.level":"debug","#
                + #""metadata.message":"forged","metadata.time":"0"}"#
        )
    }

    func test_no_value_forges_a_field_or_a_line_of_text() throws {
        for value in Self.forgeries {
            for name in ["certauth.subject", "certauth.server_name", "error"] {
                let text = line("client refused", ["certauth.code": "expired", name: value]).text
                let fields = try fields(of: text)
                XCTAssertEqual(fields["certauth.code"], "expired", text)
                XCTAssertEqual(Set(fields.keys), ["certauth.code", name], text)
                XCTAssertTrue(isPrintable(text), "\(text.prefix(200).debugDescription)")
                XCTAssertLessThan(text.unicodeScalars.count, 2_200 * 6)
            }
        }
    }

    func test_no_message_forges_a_field_or_a_line_of_text() throws {
        for message in Self.forgeries {
            let text = line(message, ["certauth.code": "expired"]).text
            XCTAssertTrue(isPrintable(text), "\(text.prefix(200).debugDescription)")
            XCTAssertTrue(text.hasSuffix(" certauth.code=expired"), text)
            guard message.contains("=") || message.contains("\"") else { continue }
            XCTAssertTrue(text.hasPrefix("2027-01-15T08:00:00Z certauth: notice: \""), text)
        }
    }

    func test_every_line_of_json_is_one_object_with_its_own_values_back() throws {
        for value in Self.forgeries {
            let json = line(value, ["certauth.code": "expired", "certauth.subject": value]).json
            XCTAssertTrue(isPrintable(json), "\(json.prefix(200).debugDescription)")
            let object = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
            XCTAssertEqual(object.count, 5)
            XCTAssertEqual(object["certauth.code"], "expired")
            let back = try XCTUnwrap(object["certauth.subject"])
            XCTAssertTrue(
                value == back || value.hasPrefix(back.dropLast()) && back.hasSuffix("…"),
                "\(back.prefix(50))"
            )
        }
    }

    private func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
