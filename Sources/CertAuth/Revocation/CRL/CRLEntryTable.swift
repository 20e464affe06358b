// SPDX-License-Identifier: Apache-2.0
// Finds a serial number among millions of entries.
//
// The entries stay where they are, in the list's DER. The table holds one 32-bit offset for each, placed by a keyed hash
// of serial number and issuer, open addressing, half full at most: 8 bytes an entry beside the DER, a look-up reads two
// or three places. The key is random for each list, so that nobody can choose serial numbers that collide.

/// An index of a CRL's entries.
struct CRLEntryTable: Sendable {
    /// How many entries the list has.
    let count: Int
    /// True when some entry carries an extension, which version 1 forbids.
    let hasExtensions: Bool
    /// A critical extension of some entry that CertAuth does not know.
    let unknownCriticalExtension: OID?
    /// True when entries name their certificates' issuers.
    let namesIssuers: Bool

    /// Offsets of entries in the DER; 0 is an empty place.
    private let places: [UInt32]
    private let key: UInt64
    private let issuers: CRLEntryIssuers

    /// Indexes the entries in `range` of `der`.
    init(_ der: [UInt8], entries range: Range<Int>, listIssuer: DistinguishedName) throws(DERError) {
        guard der.count <= Int(UInt32.max) else { throw DERError(.invalidLength, at: 0) }
        var builder = try Builder(der, range, listIssuer: listIssuer)
        try builder.run()
        count = builder.count
        hasExtensions = builder.hasExtensions
        unknownCriticalExtension = builder.unknownCriticalExtension
        issuers = builder.issuers
        namesIssuers = !builder.issuers.isUniform
        places = builder.places
        key = builder.key
    }

    /// Finds the entry for a serial number of one issuer's.
    func location(_ serial: [UInt8], issuer: DistinguishedName, in der: [UInt8]) -> CRLEntryLocation? {
        guard !places.isEmpty, let group = issuers.group(of: issuer) else { return nil }
        let bytes = der.span
        let wanted = serial.span
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: Self.hash(wanted, 0..<wanted.count, group, key)) & mask
        while places[place] != 0 {
            let offset = Int(places[place])
            if let found = Self.entry(bytes, at: offset, end: der.count), issuers.group(at: offset) == group,
                Self.equal(bytes, found.serialNumber, wanted, 0..<wanted.count)
            {
                return found
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private static func entry(_ bytes: Span<UInt8>, at offset: Int, end: Int) -> CRLEntryLocation? {
        var position = offset
        return try? CRLEntryScanner.next(bytes, at: &position, end: end)
    }

    private static func equal(
        _ left: Span<UInt8>,
        _ leftRange: Range<Int>,
        _ right: Span<UInt8>,
        _ rightRange: Range<Int>
    ) -> Bool {
        guard leftRange.count == rightRange.count else { return false }
        for index in 0..<leftRange.count
        where left[leftRange.lowerBound + index] != right[rightRange.lowerBound + index] {
            return false
        }
        return true
    }

    /// A keyed hash: each octet goes through a 64 by 64 bit multiplication with the secret.
    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>, _ group: UInt32, _ key: UInt64) -> UInt64 {
        var state = key ^ UInt64(group) &* 0x9E37_79B9_7F4A_7C15
        var word: UInt64 = 0
        for index in range {
            word = word << 8 | UInt64(bytes[index])
            if (index - range.lowerBound) & 7 == 7 {
                state = mixed(state ^ word, key)
                word = 0
            }
        }
        return mixed(state ^ word ^ UInt64(range.count) << 56, key)
    }

    private static func mixed(_ word: UInt64, _ key: UInt64) -> UInt64 {
        let product = (word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: key | 1)
        let folded = product.high ^ product.low
        return folded ^ folded >> 29
    }
}

extension CRLEntryTable {
    /// Reads every entry once and puts it into its place.
    private struct Builder {
        let der: [UInt8]
        let range: Range<Int>
        let key = UInt64.random(in: .min ... .max)
        var issuers: CRLEntryIssuers
        var places: [UInt32]
        var count = 0
        var hasExtensions = false
        var unknownCriticalExtension: OID?

        init(_ der: [UInt8], _ range: Range<Int>, listIssuer: DistinguishedName) throws(DERError) {
            self.der = der
            self.range = range
            issuers = CRLEntryIssuers(listIssuer: listIssuer)
            let bytes = der.span
            var position = range.lowerBound
            var number = 0
            while position < range.upperBound {
                try CRLEntryScanner.skip(bytes, at: &position, end: range.upperBound)
                number += 1
            }
            var capacity = 4
            while capacity < number + number / 2 { capacity *= 2 }
            places = number == 0 ? [] : [UInt32](repeating: 0, count: capacity)
        }

        mutating func run() throws(DERError) {
            let der = self.der
            let bytes = der.span
            var position = range.lowerBound
            while position < range.upperBound {
                let offset = position
                let entry = try CRLEntryScanner.next(bytes, at: &position, end: range.upperBound)
                if let name = entry.certificateIssuer {
                    try issuers.begin(Array(der[name]), at: offset)
                }
                hasExtensions = hasExtensions || entry.hasExtensions
                if let unknown = entry.unknownCriticalExtension, unknownCriticalExtension == nil {
                    guard let identifier = OID(contents: der[unknown]) else {
                        throw DERError(.invalidValue("invalid object identifier"), at: unknown.lowerBound)
                    }
                    unknownCriticalExtension = identifier
                }
                count += 1
                place(entry, offset, bytes)
            }
        }

        /// Keeps the first of several entries for one certificate, unless that one only takes back an earlier entry.
        private mutating func place(_ entry: CRLEntryLocation, _ offset: Int, _ bytes: Span<UInt8>) {
            let group = issuers.current
            let mask = places.count - 1
            let hash = CRLEntryTable.hash(bytes, entry.serialNumber, group, key)
            var place = Int(truncatingIfNeeded: hash) & mask
            while places[place] != 0 {
                let other = Int(places[place])
                if issuers.group(at: other) == group,
                    let found = CRLEntryTable.entry(bytes, at: other, end: range.upperBound),
                    CRLEntryTable.equal(bytes, found.serialNumber, bytes, entry.serialNumber)
                {
                    if found.reason == CertificateRevocationList.Entry.removalReason {
                        places[place] = UInt32(truncatingIfNeeded: offset)
                    }
                    return
                }
                place = (place + 1) & mask
            }
            places[place] = UInt32(truncatingIfNeeded: offset)
        }
    }
}
