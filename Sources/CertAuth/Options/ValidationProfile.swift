// SPDX-License-Identifier: Apache-2.0

/// How much of the certificate profile of RFC 5280 is enforced.
public enum ValidationProfile: String, Sendable, Hashable, CaseIterable {
    /// Path validation (RFC 5280 §6) and every rule that security depends on.
    case rfc5280
    /// Also what RFC 5280 §4 requires of issuers: serial numbers, key identifiers, criticality, encodings.
    case strict
}
