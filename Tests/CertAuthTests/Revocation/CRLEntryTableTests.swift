// SPDX-License-Identifier: Apache-2.0
// Lists with many entries: all entries are found, and no others.

import CertAuth
import CertAuthTesting
import XCTest

final class CRLEntryTableTests: XCTestCase {
    /// An entry built with few allocations, for lists of many entries.
    private func list(of serials: [[UInt8]], stage: Stage) throws -> CertificateRevocationList {
        let date = TimeTemplate.utcTime(Stage.moment).encoded
        var entries: [UInt8] = []
        for serial in serials { entries += DER.sequence([DER.integer(contents: serial), date]) }
        let block = DER.value(0x30, entries)
        let der = try stage.root.revocationList { template in
            template.rewriteSignedPart = { Self.inserting(block, into: $0) }
        }
        return try CertificateRevocationList(derEncoded: der.derEncoded)
    }

    /// Inserts the list of entries after the second time of a TBSCertList.
    private static func inserting(_ block: [UInt8], into part: [UInt8]) -> [UInt8] {
        var outer = DERReader(part)
        guard var fields = try? outer.constructed(), let values = try? fields.values() else { return part }
        let encoded = values.map { Array($0.encoding) }
        return DER.sequence(encoded.dropLast() + [block] + encoded.suffix(1))
    }

    func test_every_listed_number_is_found_and_no_other() throws {
        let stage = try Stage()
        let serials = (0..<20_000).map { number -> [UInt8] in
            [0x01, UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] + (number.isMultiple(of: 3) ? [7] : [])
        }
        let list = try list(of: serials, stage: stage)
        XCTAssertEqual(list.count, serials.count)
        for serial in serials { XCTAssertNotNil(list.entry(for: SerialNumber(bytes: serial))) }
        for serial in serials {
            XCTAssertNil(list.entry(for: SerialNumber(bytes: serial + [0, 0])))
            XCTAssertNil(list.entry(for: SerialNumber(bytes: [0x02] + serial.dropFirst())))
        }
        XCTAssertEqual(list.listedEntries.count, serials.count)
    }

    /// nginx pads serial numbers in its OCSP cache key, so that 01 and 0100 collide.
    func test_similar_serial_numbers_are_distinguished() throws {
        let stage = try Stage()
        let list = try list(of: [[0x01], [0x01, 0x00], [0x00, 0x80], [0x80]], stage: stage)
        for serial in [[0x01], [0x01, 0x00], [0x00, 0x80], [0x80]] as [[UInt8]] {
            XCTAssertNotNil(list.entry(for: SerialNumber(bytes: serial)))
        }
        for serial in [[0x01, 0x00, 0x00], [0x00, 0x01], [0x00], [0x00, 0x00, 0x80], []] as [[UInt8]] {
            XCTAssertNil(list.entry(for: SerialNumber(bytes: serial)), "\(serial)")
        }
    }

    func test_a_thousand_entries_of_one_number_count_as_one() throws {
        let list = try list(of: [[UInt8]](repeating: [5], count: 1_000), stage: Stage())
        XCTAssertEqual(list.count, 1_000)
        XCTAssertNotNil(list.entry(for: SerialNumber(bytes: [5])))
    }

    /// RFC 5280 §5.3.1: removeFromCRL removes an earlier entry; an entry after it counts again.
    func test_of_many_entries_of_one_number_the_first_without_removal_counts() throws {
        let stage = try Stage()
        let entry = { (seconds: Int64, reason: Int) in
            RevocationListTemplate.Entry(
                serialNumber: [5],
                revocationDate: Stage.moment.adding(seconds: -seconds),
                reason: reason
            )
        }
        let other = RevocationListTemplate.Entry(serialNumber: [6], revocationDate: Stage.moment, reason: 4)
        for removals in [0, 1, 31, 32, 33, 200] {
            let taken = (0..<removals).map { entry(1_000 - Int64($0), 8) }
            for rest in [[], [entry(2, 1)], [entry(2, 1), entry(1, 8), entry(0, 4)]] {
                let der = try stage.root.revocationList(entries: taken + [other] + rest).derEncoded
                let list = try CertificateRevocationList(derEncoded: der)
                let found = list.entry(for: SerialNumber(bytes: [5]))
                XCTAssertEqual(found?.reason, rest.isEmpty ? removals == 0 ? nil : 8 : 1)
                let last = Stage.moment.adding(seconds: -1_000 + Int64(removals) - 1)
                let expected = rest.isEmpty ? last : Stage.moment.adding(seconds: -2)
                if found != nil { XCTAssertEqual(found?.revocationDate, expected) }
                XCTAssertEqual(found == nil, removals == 0 && rest.isEmpty)
                XCTAssertEqual(list.entry(for: SerialNumber(bytes: [6]))?.reason, 4)
                XCTAssertEqual(list.count, removals + 1 + rest.count)
            }
        }
    }

    /// An entry is read again for later entries with its number, before the list's signature is verified.
    func test_an_entry_with_too_many_extensions_is_refused() throws {
        let stage = try Stage()
        let date = TimeTemplate.utcTime(Stage.moment).encoded
        for (count, isTaken) in [(16, true), (17, false)] {
            let foreign = (0..<count).map {
                DER.sequence([DER.objectIdentifier(dotted: "1.2.3.\($0)"), DER.octetString([])])
            }
            let entry = DER.sequence([DER.integer(1), date, DER.sequence(foreign)])
            let der = try stage.root.revocationList { template in
                template.rewriteSignedPart = { Self.inserting(DER.sequence([entry]), into: $0) }
            }
            if isTaken {
                let list = try CertificateRevocationList(derEncoded: der.derEncoded)
                XCTAssertNotNil(list.entry(for: SerialNumber(bytes: [1])))
            } else {
                XCTAssertThrowsError(try CertificateRevocationList(derEncoded: der.derEncoded)) { error in
                    guard case .malformed? = (error as? CertificateError)?.cause else { return XCTFail("\(error)") }
                }
            }
        }
    }

    func test_malformed_entries_are_refused() throws {
        let date = TimeTemplate.utcTime(Stage.moment).encoded
        let good = DER.sequence([DER.integer(1), date])
        let entries: [(String, [UInt8])] = [
            ("no date", DER.sequence([DER.integer(1)])),
            ("padded", DER.sequence([DER.integer(contents: [0, 1]), date])),
            ("empty number", DER.sequence([DER.integer(contents: []), date])),
            ("date in words", DER.sequence([DER.integer(1), DER.value(0x17, Array("300615120000+0000Z".utf8))])),
            ("short date", DER.sequence([DER.integer(1), DER.value(0x17, Array("3006151200Z".utf8))])),
            ("empty extensions", DER.sequence([DER.integer(1), date, DER.sequence([])])),
            ("bytes behind", DER.sequence([DER.integer(1), date, DER.sequence([]), [5, 0]])),
            ("long length", [0x30, 0x81, 0x12] + good.dropFirst(2)), ("cut", good.dropLast()),
            (
                "reason that does not exist",
                DER.sequence([DER.integer(1), date, DER.sequence([ExtensionTemplate.reasonCode(7).encoded])])
            ),
            (
                "reason twice",
                DER.sequence([
                    DER.integer(1), date,
                    DER.sequence([ExtensionTemplate.reasonCode(1).encoded, ExtensionTemplate.reasonCode(1).encoded]),
                ])
            ),
        ]
        let stage = try Stage()
        for (name, entry) in [("good", good)] + entries {
            let der = try stage.root.revocationList { template in
                template.rewriteSignedPart = { Self.inserting(DER.sequence([entry]), into: $0) }
            }
            if name == "good" {
                XCTAssertNoThrow(try CertificateRevocationList(derEncoded: der.derEncoded))
            } else {
                XCTAssertThrowsError(try CertificateRevocationList(derEncoded: der.derEncoded), name) { error in
                    guard case .malformed? = (error as? CertificateError)?.cause else {
                        return XCTFail("\(name): \(error)")
                    }
                }
            }
        }
    }
}
