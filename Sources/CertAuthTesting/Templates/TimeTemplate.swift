// SPDX-License-Identifier: Apache-2.0
// A time in a certificate or CRL, in either form or in none.

public import CertAuth

/// How a time is written.
public enum TimeTemplate: Sendable, Hashable {
    /// UTCTime through 2049, GeneralizedTime from 2050 and before 1950 (RFC 5280 §4.1.2.5).
    case automatic(Timestamp)
    /// UTCTime with two digits of the year, whatever the year.
    case utcTime(Timestamp)
    /// GeneralizedTime, whatever the year.
    case generalizedTime(Timestamp)
    /// Any text under any tag.
    case raw(tag: UInt8, text: String)

    /// The DER encoding; fractions of a second are cut off.
    package var encoded: [UInt8] {
        switch self {
        case .automatic(let time): Self.year(of: time).isUTCTimeYear ? Self.utc(time) : Self.generalized(time)
        case .utcTime(let time): Self.utc(time)
        case .generalizedTime(let time): Self.generalized(time)
        case .raw(let tag, let text): DER.value(tag, Array(text.utf8))
        }
    }

    private static func utc(_ time: Timestamp) -> [UInt8] {
        DER.value(0x17, Array((digits(time).suffix(12) + "Z").utf8))
    }

    private static func generalized(_ time: Timestamp) -> [UInt8] {
        DER.value(0x18, Array((digits(time) + "Z").utf8))
    }

    /// `yyyymmddhhmmss`, from the ISO 8601 form of the whole second.
    private static func digits(_ time: Timestamp) -> String {
        Timestamp(secondsSince1970: time.secondsSince1970).description.filter(\.isNumber)
    }

    private static func year(of time: Timestamp) -> Int { Int(digits(time).dropLast(10)) ?? 0 }
}

extension Int {
    fileprivate var isUTCTimeYear: Bool { (1950...2049).contains(self) }
}
