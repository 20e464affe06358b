// SPDX-License-Identifier: Apache-2.0
// The policy inputs of path validation.

/// Which certificate policies a path must hold (RFC 5280 §6.1.1 (c)-(f)).
public struct CertificatePolicyOptions: Sendable, Hashable {
    /// The policies that are acceptable, user-initial-policy-set; `anyPolicy` alone demands none in particular.
    public var acceptable: Set<OID> = [.anyPolicy]
    /// Policies that must all be among the valid ones of the path; implies `requireExplicitPolicy`.
    public var required: Set<OID> = []
    /// Demands that the path is valid for at least one acceptable policy, initial-explicit-policy.
    public var requireExplicitPolicy = false
    /// Forbids policy mappings, initial-policy-mapping-inhibit.
    public var inhibitPolicyMapping = false
    /// Ignores anyPolicy in certificates, initial-any-policy-inhibit.
    public var inhibitAnyPolicy = false

    /// Makes inputs that demand nothing beyond what the certificates themselves demand.
    public init() {}
}
