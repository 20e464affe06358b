// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A TLS version. Versions before 1.2 are not supported.
package enum TLSVersion: Int, Comparable, Sendable, CaseIterable {
    case tls12 = 12
    case tls13 = 13

    /// OpenSSL's number of the version.
    var protocolNumber: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }

    package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}
