// SPDX-License-Identifier: Apache-2.0
// CRLs of any length.

import CertAuth
import CertAuthTesting

/// Creates CRLs with serial numbers that follow from their index.
enum ListedSerials {
    /// 16 bytes, as long as common serial numbers, distributed over the whole range.
    static func number(_ index: Int) -> [UInt8] {
        let high = UInt64(index &+ 1) &* 0x9E37_79B9_7F4A_7C15
        let low = UInt64(index)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
        return [0x11] + bytes.dropFirst() + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
    }

    static func list(of authority: TestAuthority, count: Int) throws -> [UInt8] {
        let date = authority.clock.now().adding(.seconds(-3_600))
        let entries = (0..<count).map {
            RevocationListTemplate.Entry(serialNumber: number($0), revocationDate: date)
        }
        return try authority.revocationList(entries: entries).derEncoded
    }
}
