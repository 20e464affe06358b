// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// The encoding of a time in a certificate or CRL, valid or not.
public enum TimeTemplate: Sendable, Hashable {
    /// UTCTime from 1950 to 2049, GeneralizedTime otherwise (RFC 5280 section 4.1.2.5).
    case automatic(Timestamp)
    /// UTCTime with a two-digit year, for any year.
    case utcTime(Timestamp)
    /// GeneralizedTime, for any year.
    case generalizedTime(Timestamp)
    /// Any text with any tag.
    case raw(tag: UInt8, text: String)

    /// The DER encoding. Fractions of a second are dropped.
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

    /// Returns `yyyymmddhhmmss`, from the ISO 8601 form of the whole second.
    private static func digits(_ time: Timestamp) -> String {
        let text = Timestamp(secondsSince1970: time.secondsSince1970).description
        return String(decoding: text.utf8.filter(\.isASCIIDigit), as: UTF8.self)
    }

    private static func year(of time: Timestamp) -> Int { Int(digits(time).dropLast(10)) ?? 0 }
}

extension Int {
    fileprivate var isUTCTimeYear: Bool { (1950...2049).contains(self) }
}
