// SPDX-License-Identifier: Apache-2.0
// CRLs of 10, 10,000 and 1,000,000 entries: loading and look-up.

import CReference
import CertAuth
import CertAuthTesting

/// Measures `CertificateRevocationList` beside `d2i_X509_CRL` and `X509_CRL_get0_by_serial`.
struct ListBenchmarks {
    let measurement: Measurement
    private static let reference = "libcrypto"

    func run(into report: inout Report) throws {
        let authority = try TestAuthority("Bench List Root")
        for count in [10, 10_000, 1_000_000] {
            let list = try ListedSerials.list(of: authority, count: count)
            // Some that are on the list.
            let listed = try (0..<min(count, 64)).map { index in
                let number = ListedSerials.number(index * (count / min(count, 64)))
                return (number, try authority.issue("revoked") { $0.serialNumber = number }.certificate.serialNumber)
            }
            let ours = try CertificateRevocationList(derEncoded: list)
            guard let theirs = ParsedList(list) else { continue }
            let loads = [
                Contender(Self.reference) { _ in ParsedList(list) != nil },
                Contender("CertAuth") { _ in (try? CertificateRevocationList(derEncoded: list))?.count == count },
            ]
            report.add(
                "CRL of \(count), load",
                contenders: loads,
                costs: measurement.measure(loads),
                references: [Self.reference]
            )
            let lookUps = [
                Contender(Self.reference) { theirs.holds(listed[$0 % listed.count].0) },
                Contender("CertAuth") { ours.entry(for: listed[$0 % listed.count].1) != nil },
            ]
            report.add(
                "CRL of \(count), look-up",
                contenders: lookUps,
                costs: measurement.measure(lookUps),
                references: [Self.reference]
            )
        }
    }
}

/// Lists with serial numbers that anybody can tell.
enum ListedSerials {
    /// 16 bytes, as large as real ones, spread over the whole range.
    static func number(_ index: Int) -> [UInt8] {
        let high = UInt64(index &+ 1) &* 0x9E37_79B9_7F4A_7C15
        let low = UInt64(index)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
        return [0x11] + bytes.dropFirst() + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
    }

    static func list(of authority: TestAuthority, count: Int) throws -> [UInt8] {
        let date = authority.clock.now().adding(seconds: -3_600)
        let entries = (0..<count).map {
            RevocationListTemplate.Entry(serialNumber: number($0), revocationDate: date)
        }
        return try authority.revocationList(entries: entries).derEncoded
    }
}

/// The owner of an `X509_CRL`.
final class ParsedList: @unchecked Sendable {
    // libcrypto sorts the entries under a lock of its own; nothing else changes.
    private let pointer: UnsafeMutableRawPointer

    init?(_ der: [UInt8]) {
        guard let pointer = certauth_list_new(der, der.count) else { return nil }
        self.pointer = pointer
    }

    deinit { certauth_list_free(pointer) }

    func holds(_ serial: [UInt8]) -> Bool { certauth_list_holds(pointer, serial, serial.count) == 1 }
}
