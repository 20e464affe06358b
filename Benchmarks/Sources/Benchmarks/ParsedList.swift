// SPDX-License-Identifier: Apache-2.0

import CReference

/// The owner of an `X509_CRL`.
final class ParsedList: @unchecked Sendable {
    // libcrypto sorts the entries under its own lock; nothing else changes.
    private let pointer: UnsafeMutableRawPointer

    init?(_ der: [UInt8]) {
        guard let pointer = certauth_list_new(der, der.count) else { return nil }
        self.pointer = pointer
    }

    deinit { certauth_list_free(pointer) }

    func holds(_ serial: [UInt8]) -> Bool { certauth_list_holds(pointer, serial, serial.count) == 1 }
}
