// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// A moment in UTC with a resolution of one millisecond.
///
/// Certificates use whole seconds. With milliseconds, the time of verification can be between two of them.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z without leap seconds; negative for earlier times.
    package let millisecondsSince1970: Int64

    /// Creates a moment from milliseconds since 1970-01-01T00:00:00Z.
    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    /// Creates a moment from whole seconds since 1970-01-01T00:00:00Z.
    public init(secondsSince1970: Int64) {
        millisecondsSince1970 = secondsSince1970.multipliedReportingOverflow(by: 1000).partialValue
    }

    /// Whole seconds since 1970, rounded down.
    public var secondsSince1970: Int64 {
        let quotient = millisecondsSince1970 / 1000
        return millisecondsSince1970 % 1000 < 0 ? quotient - 1 : quotient
    }

    /// The current time of the system's clock.
    public static var now: Timestamp {
        Timestamp(millisecondsSince1970: SystemProcess.millisecondsSince1970)
    }

    /// The moment `duration` later, or earlier if negative. Fractions of a millisecond are rounded down.
    public func adding(_ duration: Duration) -> Timestamp {
        let seconds = duration.wholeSeconds
        let fraction = min(duration - .seconds(seconds), .milliseconds(999)).components.attoseconds
        return Timestamp(
            millisecondsSince1970: adding(seconds: seconds).millisecondsSince1970 &+ fraction / 1_000_000_000_000_000
        )
    }

    /// The moment `seconds` later, or earlier if negative.
    package func adding(seconds: Int64) -> Timestamp {
        Timestamp(millisecondsSince1970: millisecondsSince1970 &+ seconds &* 1000)
    }

    /// The moment one millisecond earlier.
    package var lastMomentBefore: Timestamp {
        Timestamp(millisecondsSince1970: millisecondsSince1970 &- 1)
    }

    /// Whether `left` is earlier than `right`.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }
}

extension Timestamp {
    /// Parses `2026-11-23T00:00:00Z`, with optional fraction and with `Z` or an offset `+hh:mm`. Nil for anything else.
    ///
    /// Digits of the fraction after the milliseconds are ignored.
    public init?(iso8601 text: String) {
        var reader = CalendarReader(text)
        guard let date = reader.date(), reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(digits: 2), reader.take(":"), let minute = reader.number(digits: 2),
            hour < 24, minute < 60
        else { return nil }
        var second: Int64 = 0
        var millisecond: Int64 = 0
        if reader.take(":") {
            guard let value = reader.number(digits: 2), value < 61 else { return nil }
            second = value
            if reader.take(".") {
                guard let fraction = reader.fraction() else { return nil }
                millisecond = fraction
            }
        }
        guard let offset = reader.zoneOffset(), reader.isAtEnd else { return nil }
        let days = CivilDate.daysSince1970(year: date.year, month: date.month, day: date.day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        self.init(millisecondsSince1970: seconds * 1000 + millisecond)
    }
}

extension Timestamp: CustomStringConvertible {
    /// `2026-11-23T00:00:00Z`. Milliseconds appear only if they are not zero.
    public var description: String {
        let seconds = secondsSince1970
        let millisecond = millisecondsSince1970 - seconds * 1000
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        let date = CivilDate(daysSince1970: days)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { Self.padded($0, to: 2) }.joined(separator: ":")
        let fraction = millisecond == 0 ? "" : ".\(Self.padded(millisecond, to: 3))"
        let day = "\(Self.padded(date.year, to: 4))-\(Self.padded(date.month, to: 2))-\(Self.padded(date.day, to: 2))"
        return "\(day)T\(clock)\(fraction)Z"
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
