// SPDX-License-Identifier: Apache-2.0
// Timestamps and the calendar, compared with known values.

import CertAuth
import XCTest

final class TimestampTests: XCTestCase {
    /// Seconds from `date -u -d TEXT +%s`.
    private static let known: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
        (2_147_483_648, "2038-01-19T03:14:08Z"), (-2_208_988_800, "1900-01-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
        (1_709_164_800, "2024-02-29T00:00:00Z"), (2_524_608_000, "2050-01-01T00:00:00Z"),
        (-631_152_000, "1950-01-01T00:00:00Z"),
    ]

    func test_known_seconds_are_known_dates_both_ways() {
        for (seconds, text) in Self.known {
            XCTAssertEqual(Timestamp(secondsSince1970: seconds).description, text)
            XCTAssertEqual(Timestamp(iso8601: text)?.secondsSince1970, seconds, text)
        }
    }

    func test_each_day_of_eight_centuries_is_read_back_and_follows_the_day_before() {
        var previous = ""
        for day in stride(from: Int64(-150_000), through: 150_000, by: 1) {
            let moment = Timestamp(secondsSince1970: day * 86_400)
            let text = moment.description
            XCTAssertEqual(Timestamp(iso8601: text), moment, text)
            // For four-digit years the text sorts in the order of the days.
            if day > -150_000 { XCTAssertLessThan(previous, text) }
            previous = text
        }
    }

    func test_an_offset_and_a_fraction_are_understood() {
        XCTAssertEqual(
            Timestamp(iso8601: "2026-11-23T01:30:00+01:30"),
            Timestamp(iso8601: "2026-11-23T00:00:00Z")
        )
        XCTAssertEqual(Timestamp(iso8601: "1970-01-01T00:00:00.0019Z")?.millisecondsSince1970, 1)
        XCTAssertEqual(Timestamp(iso8601: "1970-01-01T00:00:00.25Z")?.description, "1970-01-01T00:00:00.250Z")
        XCTAssertEqual(Timestamp(millisecondsSince1970: -1).description, "1969-12-31T23:59:59.999Z")
        XCTAssertEqual(Timestamp(millisecondsSince1970: -1).secondsSince1970, -1)
    }

    func test_text_that_is_not_a_timestamp_is_nil() {
        let wrong = [
            "", "2026-11-23", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
            "2026-11-23T00:60:00Z", "2026-11-23T00:00:61Z", "2026-11-23T00:00:00", "2026-11-23T00:00:00.Z",
            "2026-11-23T00:00:00ZZ", "26-11-23T00:00:00Z", "2026-11-23T00:00:00+24:00", "2026-11-00T00:00:00Z",
        ]
        for text in wrong { XCTAssertNil(Timestamp(iso8601: text), text) }
    }

    func test_adding_seconds_moves_forward_and_back() {
        let moment = Stage.moment
        XCTAssertEqual(moment.adding(seconds: 90).secondsSince1970 - moment.secondsSince1970, 90)
        XCTAssertLessThan(moment.adding(seconds: -1), moment)
        XCTAssertEqual(moment.description, "2030-06-15T12:00:00Z")
    }

    func test_adding_a_duration_rounds_down_to_milliseconds() {
        let moment = Stage.moment
        XCTAssertEqual(moment.adding(.seconds(90)), moment.adding(seconds: 90))
        XCTAssertEqual(moment.adding(.seconds(-90)), moment.adding(seconds: -90))
        XCTAssertEqual(moment.adding(.zero), moment)
        XCTAssertEqual(moment.adding(.microseconds(1_500)).description, "2030-06-15T12:00:00.001Z")
        XCTAssertEqual(moment.adding(.microseconds(-1_500)).description, "2030-06-15T11:59:59.998Z")
        XCTAssertEqual(moment.adding(.nanoseconds(999_999_999)).description, "2030-06-15T12:00:00.999Z")
    }

    func test_the_whole_seconds_of_a_duration_are_rounded_down_and_bounded() {
        let expected: [(Duration, Int64)] = [
            (.zero, 0), (.seconds(60), 60), (.milliseconds(1_999), 1), (.milliseconds(-1), -1), (.seconds(-1), -1),
            (.milliseconds(-1_001), -2), (.seconds(Int64.max), .max), (.seconds(Int64.max) * 2, .max),
            (.seconds(Int64.min) * 2, .min),
        ]
        for (duration, seconds) in expected { XCTAssertEqual(duration.wholeSeconds, seconds, "\(seconds)") }
    }
}
