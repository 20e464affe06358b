// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A reason code of RFC 5280 section 5.3.1, in kebab case. The RFC's own spelling is accepted, too.
package enum RevocationReason: String, ExpressibleByArgument, CaseIterable, Sendable {
    case unspecified
    case keyCompromise = "key-compromise"
    case caCompromise = "ca-compromise"
    case affiliationChanged = "affiliation-changed"
    case superseded
    case cessationOfOperation = "cessation-of-operation"
    case certificateHold = "certificate-hold"
    case privilegeWithdrawn = "privilege-withdrawn"
    case aaCompromise = "aa-compromise"

    /// Parses `key-compromise` as well as `keyCompromise`.
    package init?(argument: String) {
        let folded = { (word: String) in word.lowercased().filter { $0 != "-" } }
        guard let reason = Self.allCases.first(where: { folded($0.rawValue) == folded(argument) }) else { return nil }
        self = reason
    }

    /// The number in the reasonCode extension.
    package var code: Int {
        switch self {
        case .unspecified: 0
        case .keyCompromise: 1
        case .caCompromise: 2
        case .affiliationChanged: 3
        case .superseded: 4
        case .cessationOfOperation: 5
        case .certificateHold: 6
        case .privilegeWithdrawn: 9
        case .aaCompromise: 10
        }
    }

    /// Returns the name of a reason code; the number if it has none.
    package static func name(of code: Int) -> String {
        allCases.first { $0.code == code }?.rawValue ?? "\(code)"
    }
}
