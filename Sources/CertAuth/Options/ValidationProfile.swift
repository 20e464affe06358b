// SPDX-License-Identifier: Apache-2.0
// How much of RFC 5280's certificate profile is demanded.

/// Which rules beyond path validation itself are enforced.
public enum ValidationProfile: String, Sendable, Hashable, CaseIterable {
    /// Path validation (RFC 5280 §6) and every rule on which safety rests.
    case rfc5280
    /// Also what §4 demands of those who issue: serial numbers, key identifiers, criticality, encodings.
    case strict
}
