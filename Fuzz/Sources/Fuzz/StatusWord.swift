// SPDX-License-Identifier: Apache-2.0
// A revocation status as text that begins with its kind.

import CertAuth

extension RevocationStatus {
    var word: String {
        switch self {
        case .good(let evidence): "good \(evidence)"
        case .revoked(let time, let reason, let evidence): "revoked \(time) \(reason ?? -1) \(evidence)"
        case .unknown(let cause): "unknown \(cause)"
        case .notChecked(let reason): "not checked \(reason)"
        }
    }
}
