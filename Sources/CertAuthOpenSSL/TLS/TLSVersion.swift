// SPDX-License-Identifier: Apache-2.0
// The protocol versions that CertAuth speaks.

import COpenSSL

/// A TLS version; nothing below 1.2 exists here.
package enum TLSVersion: Int, Comparable, Sendable, CaseIterable {
    case tls12 = 12
    case tls13 = 13

    /// OpenSSL's number for it.
    var protocolNumber: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }

    package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}
