// SPDX-License-Identifier: Apache-2.0

extension DERReader {
    /// Consumes an OBJECT IDENTIFIER.
    package mutating func objectIdentifier() throws(DERError) -> OID {
        let value = try value(DERTag.objectIdentifier)
        guard let identifier = OID(contents: value.contents) else {
            throw DERError(.invalidValue("invalid object identifier"), at: value.encoding.startIndex)
        }
        return identifier
    }

    /// Consumes a BOOLEAN: 0x00 or 0xFF.
    package mutating func boolean() throws(DERError) -> Bool {
        try Self.boolean(value(DERTag.boolean))
    }

    /// Parses a BOOLEAN with an implicit tag.
    package static func boolean(_ value: DERValue) throws(DERError) -> Bool {
        guard value.contents.count == 1, let byte = value.contents.first, byte == 0x00 || byte == 0xFF else {
            throw DERError(.invalidValue("a BOOLEAN is one byte, 0x00 or 0xff"), at: value.encoding.startIndex)
        }
        return byte == 0xFF
    }

    /// Consumes an INTEGER and returns its contents in two's complement.
    package mutating func integer() throws(DERError) -> ArraySlice<UInt8> {
        try Self.integer(value(DERTag.integer))
    }

    /// Parses an INTEGER that may have an implicit tag. It must not be padded.
    package static func integer(_ value: DERValue) throws(DERError) -> ArraySlice<UInt8> {
        let bytes = value.contents
        guard let first = bytes.first else {
            throw DERError(.invalidValue("an INTEGER without contents"), at: value.encoding.startIndex)
        }
        if bytes.count > 1 {
            let second = bytes[bytes.startIndex + 1]
            let isPadded = (first == 0x00 && second < 0x80) || (first == 0xFF && second >= 0x80)
            guard !isPadded else {
                throw DERError(.invalidValue("an INTEGER with a padding byte"), at: value.encoding.startIndex)
            }
        }
        return bytes
    }

    /// Parses a non-negative INTEGER that fits into an Int32.
    package static func smallNumber(_ value: DERValue) throws(DERError) -> Int {
        let bytes = try integer(value)
        guard let first = bytes.first, first < 0x80 else {
            throw DERError(.invalidValue("a negative number"), at: value.encoding.startIndex)
        }
        guard bytes.count <= 4 else {
            throw DERError(.invalidValue("a number beyond 31 bits"), at: value.encoding.startIndex)
        }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Consumes a BIT STRING and returns the number of unused bits and the bytes.
    package mutating func bitString() throws(DERError) -> (unusedBits: Int, bytes: ArraySlice<UInt8>) {
        try Self.bitString(value(DERTag.bitString))
    }

    /// Parses a BIT STRING. Its unused bits must be zero (X.690 §11.2.1).
    package static func bitString(_ value: DERValue) throws(DERError) -> (unusedBits: Int, bytes: ArraySlice<UInt8>) {
        guard let unused = value.contents.first, unused <= 7 else {
            throw DERError(
                .invalidValue("a BIT STRING without a valid count of unused bits"),
                at: value.encoding.startIndex
            )
        }
        let bytes = value.contents.dropFirst()
        guard let last = bytes.last else {
            guard unused == 0 else {
                throw DERError(.invalidValue("an empty BIT STRING with unused bits"), at: value.encoding.startIndex)
            }
            return (0, bytes)
        }
        guard last & (UInt8(truncatingIfNeeded: (1 << unused) - 1)) == 0 else {
            throw DERError(.invalidValue("a BIT STRING with unused bits set"), at: value.encoding.startIndex)
        }
        return (Int(unused), bytes)
    }

    /// Consumes a UTCTime or GeneralizedTime in the form that RFC 5280 §4.1.2.5 requires.
    package mutating func time() throws(DERError) -> Timestamp {
        let start = offset
        let value = try value()
        guard value.tag == DERTag.utcTime || value.tag == DERTag.generalizedTime else {
            throw DERError(.unexpectedTag(found: value.tag, expected: DERTag.utcTime), at: start)
        }
        guard let time = Self.time(value.contents, isGeneralized: value.tag == DERTag.generalizedTime) else {
            throw DERError(.invalidValue("a time not in the form [YY]YYMMDDhhmmssZ"), at: start)
        }
        return time
    }

    private static func time(_ contents: ArraySlice<UInt8>, isGeneralized: Bool) -> Timestamp? {
        var reader = CalendarReader(contents)
        guard let year = reader.number(digits: isGeneralized ? 4 : 2), let month = reader.number(digits: 2),
            let day = reader.number(digits: 2), let hour = reader.number(digits: 2),
            let minute = reader.number(digits: 2), let second = reader.number(digits: 2),
            reader.take("Z"), reader.isAtEnd
        else { return nil }
        let fullYear = isGeneralized ? year : (year < 50 ? 2000 + year : 1900 + year)
        guard (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, of: fullYear), hour < 24,
            minute < 60, second < 60
        else { return nil }
        let days = CivilDate.daysSince1970(year: fullYear, month: month, day: day)
        return Timestamp(secondsSince1970: days * 86_400 + hour * 3_600 + minute * 60 + second)
    }
}
