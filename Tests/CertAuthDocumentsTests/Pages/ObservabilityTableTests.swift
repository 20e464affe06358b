// SPDX-License-Identifier: Apache-2.0
// The tables of the observability page contain exactly the messages, keys, labels and metrics of the code.

import CertAuthTestSupport
import Foundation
import XCTest

final class ObservabilityTableTests: XCTestCase {
    /// The texts in backquotes at the beginning of the rows of a table.
    private func rows(ofTable head: String) throws -> [String] {
        let page = try ProjectFiles.page("Observability.md")
        let start = try XCTUnwrap(page.range(of: "\n| \(head) |"), "no table '\(head)'")
        let table = page[start.upperBound...]
        let end = table.range(of: "\n\n")?.lowerBound ?? table.endIndex
        return table[..<end].matches(of: /\n\| `([^`]*)`/).map { String($0.1) }
    }

    private func sources() throws -> [(name: String, text: String)] {
        try ProjectFiles.sources().map { (ProjectFiles.name(of: $0), try String(contentsOf: $0, encoding: .utf8)) }
            .filter { $0.0.hasPrefix("Sources/") && !$0.0.hasPrefix("Sources/CertAuthTesting") }
    }

    func test_the_table_of_keys_is_that_of_the_code() throws {
        let key = try XCTUnwrap(try sources().first { $0.name.hasSuffix("/LogKey.swift") }).text
        let keys = key.matches(of: /\n    case (\w+)(?: = "([^"]*)")?/).map { String($0.2 ?? $0.1) }
        XCTAssertGreaterThan(keys.count, 25)
        XCTAssertEqual(try rows(ofTable: "key").sorted(), keys.sorted())
    }

    func test_the_table_of_labels_is_that_of_the_code() throws {
        let labels = try sources().filter { !$0.name.contains("CertAuthCLI") }
            .flatMap { $0.text.matches(of: /Logger\(label: "([^"]*)"/).map { String($0.1) } }
        XCTAssertEqual(try rows(ofTable: "label").sorted(), Set(labels).sorted())
    }

    func test_the_table_of_metrics_is_that_of_the_code() throws {
        let metrics = try sources().flatMap {
            $0.text.matches(of: /(?:CounterFamily\(|(?:Timer|Recorder)\(label: )"([^"]*)"/).map { String($0.1) }
        }
        XCTAssertGreaterThan(metrics.count, 15)
        XCTAssertEqual(try rows(ofTable: "metric").sorted(), Set(metrics).sorted())
    }

    func test_every_message_of_the_code_is_in_the_table() throws {
        let table = Set(try rows(ofTable: "message"))
        var found: Set<String> = []
        for (name, text) in try sources() {
            for message in LogMessages.all(in: text) where !message.allSatisfy({ $0 == "…" }) {
                XCTAssertTrue(table.contains(message), "\(name) logs '\(message)', which is not in the table")
                found.insert(message)
            }
        }
        XCTAssertGreaterThan(found.count, 25)
    }

    func test_every_message_of_the_table_is_in_the_code() throws {
        let text = try sources().map(\.text).joined().replacing(/\\\n\s*/, with: "")
        for message in try rows(ofTable: "message") {
            for part in message.split(separator: "…") where part.count > 2 {
                XCTAssertTrue(text.contains(part), "'\(part)' is not in the code")
            }
        }
    }
}
