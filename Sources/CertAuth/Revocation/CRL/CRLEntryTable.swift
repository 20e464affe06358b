// SPDX-License-Identifier: Apache-2.0
// Finds a serial number among millions of entries.
//
// The entries stay in the CRL's DER. The table contains a 32-bit offset for each, sorted into buckets by a keyed hash
// of serial number and issuer. A bucket has a handful of entries, and an entry needs 5 bytes in addition to the DER.
// The key is random for each CRL, so that an attacker cannot choose colliding serial numbers.

internal import CertAuthOpenSSL

/// An index of a CRL's entries.
struct CRLEntryTable: Sendable {
    /// The number of entries.
    let count: Int
    /// Whether an entry has an extension, which version 1 forbids.
    let hasExtensions: Bool
    /// A critical extension of an entry that CertAuth does not know.
    let unknownCriticalExtension: OID?
    /// Whether entries name the issuers of their certificates.
    let namesIssuers: Bool

    /// The offsets of entries in the DER, bucket by bucket, within a bucket in the CRL's order. 0 means unused.
    private let places: [UInt32]
    /// The start of each bucket in `places`, and the end of the last one.
    private let starts: [UInt32]
    private let key: UInt64
    private let issuers: CRLEntryIssuers

    /// Indexes the entries in `range` of `der`.
    init(_ der: [UInt8], entries range: Range<Int>, listIssuer: DistinguishedName) throws(DERError) {
        guard der.count <= Int(UInt32.max) else { throw DERError(.invalidLength, at: 0) }
        var builder = Builder(der, range, listIssuer: listIssuer)
        try builder.count()
        builder.place()
        count = builder.number
        hasExtensions = builder.hasExtensions
        unknownCriticalExtension = builder.unknownCriticalExtension
        issuers = builder.issuers
        namesIssuers = !builder.issuers.isUniform
        places = builder.places
        starts = builder.starts
        key = builder.key
    }

    /// The position of the entry for a serial number of an issuer. If there are several, the first that is not
    /// removeFromCRL, otherwise the last.
    ///
    /// Entries of an issuer whose name may be the same are used too, unless they are removeFromCRL.
    func location(_ serial: [UInt8], issuer: DistinguishedName, in der: [UInt8]) -> CRLEntryLocation? {
        guard count > 0 else { return nil }
        let found = issuers.group(of: issuer).flatMap { location(serial, group: $0, in: der) }
        if let found, found.reason != CertificateRevocationList.Entry.removalReason { return found }
        for group in issuers.doubtfulGroups(of: issuer) {
            guard let entry = location(serial, group: group, in: der),
                entry.reason != CertificateRevocationList.Entry.removalReason
            else { continue }
            return entry
        }
        return found
    }

    private func location(_ serial: [UInt8], group: UInt32, in der: [UInt8]) -> CRLEntryLocation? {
        let bytes = der.span
        let wanted = serial.span
        let hash = Self.hash(wanted, 0..<wanted.count, group, key)
        let bucket = Self.bucket(of: hash, among: starts.count - 1)
        var found: CRLEntryLocation?
        for place in Int(starts[bucket])..<Int(starts[bucket + 1]) {
            let offset = Int(places[place])
            guard offset != 0 else { break }
            guard let number = CRLEntryScanner.serialNumber(bytes, at: offset),
                Self.equal(bytes, number, wanted, 0..<wanted.count), issuers.group(at: offset) == group,
                let entry = CRLEntryScanner.entry(bytes, at: offset)
            else { continue }
            found = entry
            guard entry.reason == CertificateRevocationList.Entry.removalReason else { break }
        }
        return found
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

    /// A keyed hash: every octet goes through a 64 by 64 bit multiplication with the key.
    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>, _ group: UInt32, _ key: UInt64) -> UInt64 {
        var state = key ^ UInt64(group) &* 0x9E37_79B9_7F4A_7C15
        var index = range.lowerBound
        while range.upperBound - index >= 8 {
            state = mixed(state ^ bytes.word(at: index), key)
            index += 8
        }
        var rest: UInt64 = 0
        while index < range.upperBound {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        return mixed(state ^ rest ^ UInt64(range.count) << 56, key)
    }

    private static func mixed(_ word: UInt64, _ key: UInt64) -> UInt64 {
        let product = (word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: key | 1)
        let folded = product.high ^ product.low
        return folded ^ folded >> 29
    }

    private static func bucket(of hash: UInt64, among count: Int) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(count)).high)
    }
}

extension CRLEntryTable {
    /// Parses all entries and counts the entries of each bucket, then fills the buckets.
    private struct Builder {
        let der: [UInt8]
        let range: Range<Int>
        let key = UInt64.random(in: .min ... .max)
        var issuers: CRLEntryIssuers
        var starts: [UInt32]
        var places: [UInt32] = []
        var number = 0
        var hasExtensions = false
        var unknownCriticalExtension: OID?

        init(_ der: [UInt8], _ range: Range<Int>, listIssuer: DistinguishedName) {
            self.der = der
            self.range = range
            issuers = CRLEntryIssuers(listIssuer: listIssuer)
            starts = [UInt32](repeating: 0, count: range.count / Self.bytesOfBucket + 2)
        }

        private func bucket(_ bytes: Span<UInt8>, _ serialNumber: Range<Int>, _ group: UInt32) -> Int {
            CRLEntryTable.bucket(
                of: CRLEntryTable.hash(bytes, serialNumber, group, key),
                among: starts.count - 1
            )
        }

        mutating func count() throws(DERError) {
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
                number += 1
                starts[bucket(bytes, entry.serialNumber, issuers.current) + 1] += 1
            }
            for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
        }

        mutating func place() {
            let der = self.der
            let bytes = der.span
            places = [UInt32](repeating: 0, count: number)
            var ends = starts
            var position = range.lowerBound
            while position < range.upperBound {
                let offset = position
                guard let serialNumber = CRLEntryScanner.skip(bytes, at: &position) else { return }
                let group = issuers.isUniform ? 0 : issuers.group(at: offset)
                let bucket = bucket(bytes, serialNumber, group)
                let end = Int(ends[bucket])
                if end - Int(starts[bucket]) >= Self.crowd,
                    isRepeated(bytes, offset, serialNumber, group, in: Int(starts[bucket])..<end)
                {
                    continue
                }
                places[end] = UInt32(truncatingIfNeeded: offset)
                ends[bucket] += 1
            }
        }

        /// Whether a crowded bucket already has an entry with the same number. Of several removeFromCRL entries, the
        /// last is kept.
        private mutating func isRepeated(
            _ bytes: Span<UInt8>,
            _ offset: Int,
            _ serialNumber: Range<Int>,
            _ group: UInt32,
            in bucket: Range<Int>
        ) -> Bool {
            // The last entry with the number decides. A revocation stays; a removeFromCRL entry is replaced.
            for place in bucket.reversed() {
                let other = Int(places[place])
                guard issuers.group(at: other) == group,
                    let otherNumber = CRLEntryScanner.serialNumber(bytes, at: other),
                    CRLEntryTable.equal(bytes, otherNumber, bytes, serialNumber),
                    let entry = CRLEntryScanner.entry(bytes, at: other)
                else { continue }
                if entry.reason == CertificateRevocationList.Entry.removalReason {
                    places[place] = UInt32(truncatingIfNeeded: offset)
                }
                return true
            }
            return false
        }

        /// The number of bytes of the CRL for each bucket. An entry with only number and date has 35.
        private static let bytesOfBucket = 160
        /// The size of a bucket above which repetitions are looked for. Only a number that is repeated again and again
        /// fills a bucket like that.
        private static let crowd = 32
    }
}
