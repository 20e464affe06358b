// SPDX-License-Identifier: Apache-2.0

/// A set of revocation reasons, as ReasonFlags (RFC 5280 §4.2.1.13).
struct ReasonSet: OptionSet, Sendable, Hashable {
    /// Bit n is bit n of ReasonFlags.
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// keyCompromise to aACompromise: all-reasons in RFC 5280 §6.3.2 (a).
    static let all = ReasonSet(rawValue: 0b1_1111_1110)

    /// Converts the `reasons` of a distribution point, which are absent for all reasons.
    init(_ flags: UInt16?) { self = flags.map(ReasonSet.init(rawValue:)) ?? .all }

    var names: [String] {
        let all = [
            "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
            "certificateHold", "privilegeWithdrawn", "aACompromise",
        ]
        return all.enumerated().filter { contains(ReasonSet(rawValue: 1 << UInt16($0.offset + 1))) }.map(\.element)
    }
}
