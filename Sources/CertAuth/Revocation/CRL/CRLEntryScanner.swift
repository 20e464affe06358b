// SPDX-License-Identifier: Apache-2.0

/// The positions of the parts of one entry in the CRL's DER.
struct CRLEntryLocation {
    /// The contents octets of the serial number.
    var serialNumber: Range<Int>
    /// The revocation date, including tag and length.
    var date: Range<Int>
    /// The contents octets of extnValue of certificateIssuer.
    var certificateIssuer: Range<Int>?
    /// The CRLReason.
    var reason: UInt8?
    /// Whether the entry has an extension.
    var hasExtensions = false
    /// The contents octets of the identifier of the last critical extension that RFC 5280 §5.3 does not define.
    var unknownCriticalExtension: Range<Int>?
}

/// Parses entries (RFC 5280 §5.1.2.6) one by one, checking the bounds and form of every field. It creates no value for
/// an entry, because a CRL may have millions.
enum CRLEntryScanner {
    /// RFC 5280 §5.3 defines four extensions. The limit is needed because an entry may be parsed again for each later
    /// entry with the same serial number, before the CRL's signature is checked.
    static let mostExtensions = 16

    /// Parses the entry at `position` and advances `position` to its end.
    static func next(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        end: Int
    ) throws(DERError) -> CRLEntryLocation {
        let entry = try contents(bytes, DERTag.sequence, at: &position, end: end)
        var cursor = entry.lowerBound
        let serial = try contents(bytes, DERTag.integer, at: &cursor, end: entry.upperBound)
        try checkInteger(bytes, serial)
        let date = try time(bytes, at: &cursor, end: entry.upperBound)
        var location = CRLEntryLocation(serialNumber: serial, date: date)
        if cursor < entry.upperBound {
            let list = try contents(bytes, DERTag.sequence, at: &cursor, end: entry.upperBound)
            guard !list.isEmpty else { throw error("an empty list of extensions", list.lowerBound) }
            try readExtensions(bytes, list, into: &location)
        }
        guard cursor == entry.upperBound else {
            throw DERError(.trailingBytes(count: entry.upperBound - cursor), at: cursor)
        }
        return location
    }

    /// Advances over an entry that was parsed before. Returns the position of the contents octets of its serial number.
    static func skip(_ bytes: Span<UInt8>, at position: inout Int) -> Range<Int>? {
        guard let entry = try? contents(bytes, DERTag.sequence, at: &position, end: bytes.count) else { return nil }
        var cursor = entry.lowerBound
        return try? contents(bytes, DERTag.integer, at: &cursor, end: entry.upperBound)
    }

    /// The position of the serial number of the entry at `offset`.
    static func serialNumber(_ bytes: Span<UInt8>, at offset: Int) -> Range<Int>? {
        var position = offset
        return skip(bytes, at: &position)
    }

    /// The entry at `offset`.
    static func entry(_ bytes: Span<UInt8>, at offset: Int) -> CRLEntryLocation? {
        var position = offset
        return try? next(bytes, at: &position, end: bytes.count)
    }

    private static func readExtensions(
        _ bytes: Span<UInt8>,
        _ list: Range<Int>,
        into location: inout CRLEntryLocation
    ) throws(DERError) {
        location.hasExtensions = true
        var seen: UInt8 = 0
        var count = 0
        var cursor = list.lowerBound
        while cursor < list.upperBound {
            count += 1
            guard count <= mostExtensions else {
                throw error("more than \(mostExtensions) extensions in an entry", cursor)
            }
            let fields = try contents(bytes, DERTag.sequence, at: &cursor, end: list.upperBound)
            var inner = fields.lowerBound
            let identifier = try contents(bytes, DERTag.objectIdentifier, at: &inner, end: fields.upperBound)
            var isCritical = false
            if inner < fields.upperBound, bytes[inner] == DERTag.boolean {
                let flag = try contents(bytes, DERTag.boolean, at: &inner, end: fields.upperBound)
                guard flag.count == 1, bytes[flag.lowerBound] == 0xFF || bytes[flag.lowerBound] == 0 else {
                    throw error("a BOOLEAN is one byte, 0x00 or 0xff", flag.lowerBound)
                }
                isCritical = bytes[flag.lowerBound] == 0xFF
            }
            let value = try contents(bytes, DERTag.octetString, at: &inner, end: fields.upperBound)
            guard inner == fields.upperBound else {
                throw DERError(.trailingBytes(count: fields.upperBound - inner), at: inner)
            }
            guard let known = KnownExtension(bytes, identifier) else {
                if isCritical { location.unknownCriticalExtension = identifier }
                continue
            }
            guard seen & known.rawValue == 0 else { throw error("an entry extension twice", identifier.lowerBound) }
            seen |= known.rawValue
            switch known {
            case .reasonCode: location.reason = try reason(bytes, value)
            case .certificateIssuer: location.certificateIssuer = value
            case .invalidityDate: _ = try wholeTime(bytes, value)
            case .holdInstruction: break
            }
        }
    }

    private enum KnownExtension: UInt8 {
        case reasonCode = 1
        case invalidityDate = 2
        case certificateIssuer = 4
        case holdInstruction = 8

        /// Recognizes 2.5.29.n by its three octets. Nil for other identifiers.
        init?(_ bytes: Span<UInt8>, _ identifier: Range<Int>) {
            let start = identifier.lowerBound
            guard identifier.count == 3, bytes[start] == 0x55, bytes[start + 1] == 0x1D else { return nil }
            switch bytes[start + 2] {
            case 21: self = .reasonCode
            case 23: self = .holdInstruction
            case 24: self = .invalidityDate
            case 29: self = .certificateIssuer
            default: return nil
            }
        }
    }

    /// Parses an ENUMERATED of one octet. Values that RFC 5280 §5.3.1 does not define are an error.
    private static func reason(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(DERError) -> UInt8 {
        var cursor = value.lowerBound
        let number = try contents(bytes, DERTag.enumerated, at: &cursor, end: value.upperBound)
        guard number.count == 1, cursor == value.upperBound, bytes[number.lowerBound] <= 10,
            bytes[number.lowerBound] != 7
        else { throw error("a reason code that does not exist", value.lowerBound) }
        return bytes[number.lowerBound]
    }

    private static func wholeTime(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(DERError) -> Range<Int> {
        var cursor = value.lowerBound
        let time = try time(bytes, at: &cursor, end: value.upperBound)
        guard cursor == value.upperBound else {
            throw DERError(.trailingBytes(count: value.upperBound - cursor), at: cursor)
        }
        return time
    }

    /// Parses a UTCTime of 13 octets or a GeneralizedTime of 15: digits and `Z`.
    private static func time(
        _ bytes: Span<UInt8>,
        at position: inout Int,
        end: Int
    ) throws(DERError) -> Range<Int> {
        let start = position
        guard start < end else { throw DERError(.truncated, at: start) }
        let isGeneralized = bytes[start] == DERTag.generalizedTime
        let digits = try contents(
            bytes,
            isGeneralized ? DERTag.generalizedTime : DERTag.utcTime,
            at: &position,
            end: end
        )
        guard digits.count == (isGeneralized ? 15 : 13), bytes[digits.upperBound - 1] == 0x5A else {
            throw error("a time not in the form [YY]YYMMDDhhmmssZ", start)
        }
        for index in digits.lowerBound..<digits.upperBound - 1 where !bytes[index].isASCIIDigit {
            throw error("a time not in the form [YY]YYMMDDhhmmssZ", start)
        }
        return start..<position
    }

    private static func checkInteger(_ bytes: Span<UInt8>, _ contents: Range<Int>) throws(DERError) {
        guard !contents.isEmpty else { throw error("an INTEGER without contents", contents.lowerBound) }
        guard contents.count > 1 else { return }
        let first = bytes[contents.lowerBound]
        let isSecondHigh = bytes[contents.lowerBound + 1] >= 0x80
        guard !(first == 0 && !isSecondHigh), !(first == 0xFF && isSecondHigh) else {
            throw error("an INTEGER with a padding byte", contents.lowerBound)
        }
    }

    /// Parses a tag and a definite length in the shortest form. Returns the position of the contents.
    private static func contents(
        _ bytes: Span<UInt8>,
        _ tag: UInt8,
        at position: inout Int,
        end: Int
    ) throws(DERError) -> Range<Int> {
        let start = position
        guard end - start >= 2 else { throw DERError(.truncated, at: start) }
        guard bytes[start] == tag else { throw DERError(.unexpectedTag(found: bytes[start], expected: tag), at: start) }
        var cursor = start + 2
        var length = Int(bytes[start + 1])
        if length >= 0x80 {
            let octets = length & 0x7F
            guard octets >= 1, octets <= 4 else { throw DERError(.invalidLength, at: start + 1) }
            guard end - cursor >= octets else { throw DERError(.truncated, at: start) }
            length = 0
            for _ in 0..<octets {
                length = length << 8 | Int(bytes[cursor])
                cursor += 1
            }
            guard length >= 0x80, length >> ((octets - 1) * 8) != 0 else {
                throw DERError(.invalidLength, at: start + 1)
            }
        }
        guard length <= end - cursor else { throw DERError(.truncated, at: start) }
        position = cursor + length
        return cursor..<position
    }

    private static func error(_ text: String, _ offset: Int) -> DERError { DERError(.invalidValue(text), at: offset) }
}
