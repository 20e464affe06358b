// SPDX-License-Identifier: Apache-2.0
// Watched files: contents decide, incomplete changes are not loaded, and an error is reported once.

import CertAuthHTTP
import CertAuthTesting
import Foundation
import XCTest

final class FileWatchTests: XCTestCase {
    private struct Broken: Error, CustomStringConvertible { let description = "broken" }

    private var folder: TemporaryDirectory!
    private var loads = 0

    override func setUpWithError() throws {
        folder = try TemporaryDirectory()
        loads = 0
    }

    override func tearDown() { folder = nil }

    private func check(_ watch: FileWatch, fails: Bool = false) -> FileWatch.Outcome {
        watch.check {
            loads += 1
            if fails { throw Broken() }
        }
    }

    func test_a_change_is_loaded_when_the_file_no_longer_changes() throws {
        let path = try folder.write("one", as: "file")
        let watch = FileWatch(paths: [path])
        XCTAssertEqual(check(watch), .unchanged)
        try folder.write("two", as: "file")
        XCTAssertEqual(check(watch), .changing)
        try folder.write("three", as: "file")
        XCTAssertEqual(check(watch), .changing, "it goes on changing")
        XCTAssertEqual(check(watch), .reloaded)
        XCTAssertEqual(check(watch), .unchanged)
        XCTAssertEqual(loads, 1)
    }

    func test_another_time_of_the_same_contents_is_no_change() throws {
        let path = try folder.write("one", as: "file")
        let watch = FileWatch(paths: [path])
        let old = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_000_000)]
        try FileManager.default.setAttributes(old, ofItemAtPath: path)
        for _ in 0..<3 { XCTAssertEqual(check(watch), .unchanged) }
        XCTAssertEqual(loads, 0)
    }

    func test_a_change_of_the_same_size_within_a_tick_is_seen() throws {
        let path = try folder.write("one", as: "file")
        for text in ["two", "one", "two"] {
            let watch = FileWatch(paths: [path])
            try folder.write(text, as: "file")
            XCTAssertEqual(check(watch), .changing)
            XCTAssertEqual(check(watch), .reloaded)
        }
    }

    func test_a_broken_file_is_reported_once_and_the_old_configuration_stays() throws {
        let path = try folder.write("good", as: "file")
        let watch = FileWatch(paths: [path])
        try folder.write("bad", as: "file")
        XCTAssertEqual(check(watch, fails: true), .changing)
        XCTAssertEqual(check(watch, fails: true), .refused(reason: "broken"))
        for _ in 0..<3 { XCTAssertEqual(check(watch, fails: true), .unchanged) }
        XCTAssertEqual(loads, 1)
        try folder.write("good", as: "file")
        XCTAssertEqual(check(watch), .unchanged, "what is in force is in the file again")
        try folder.write("better", as: "file")
        XCTAssertEqual(check(watch), .changing)
        XCTAssertEqual(check(watch), .reloaded)
        XCTAssertEqual(loads, 2)
    }

    func test_contents_that_could_not_be_loaded_are_tried_again() throws {
        let path = try folder.write("good", as: "file")
        let watch = FileWatch(paths: [path])
        try folder.write("better", as: "file")
        XCTAssertEqual(check(watch, fails: true), .changing)
        XCTAssertEqual(check(watch, fails: true), .refused(reason: "broken"))
        for _ in 1..<15 { XCTAssertEqual(check(watch), .unchanged) }
        XCTAssertEqual(loads, 1)
        XCTAssertEqual(check(watch, fails: true), .unchanged, "the same reason is reported once")
        XCTAssertEqual(loads, 2)
        for _ in 1..<15 { XCTAssertEqual(check(watch), .unchanged) }
        XCTAssertEqual(check(watch), .reloaded)
        XCTAssertEqual(loads, 3)
        XCTAssertEqual(check(watch), .unchanged)
    }

    func test_a_file_removed_from_and_one_added_to_a_folder_are_changes() throws {
        let inner = folder.path(of: "inner")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        let watch = FileWatch(paths: [inner])
        for change in [
            { try Data("a".utf8).write(to: URL(fileURLWithPath: "\(inner)/a")) },
            { try Data("a".utf8).write(to: URL(fileURLWithPath: "\(inner)/b")) },
            { try FileManager.default.removeItem(atPath: "\(inner)/a") },
        ] {
            try change()
            XCTAssertEqual(check(watch), .changing)
            XCTAssertEqual(check(watch), .reloaded)
        }
        try FileManager.default.moveItem(atPath: "\(inner)/b", toPath: "\(inner)/c")
        XCTAssertEqual(check(watch), .changing, "another name")
    }
}
