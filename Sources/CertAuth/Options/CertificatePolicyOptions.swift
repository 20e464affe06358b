// SPDX-License-Identifier: Apache-2.0

/// The certificate policy inputs of path validation (RFC 5280 §6.1.1 (c)-(f)).
public struct CertificatePolicyOptions: Sendable, Hashable {
    /// The acceptable policies (user-initial-policy-set). `anyPolicy` alone accepts every policy.
    public var acceptable: Set<OID> = [.anyPolicy]
    /// Policies that the path must all be valid for. Implies `requireExplicitPolicy`.
    public var required: Set<OID> = []
    /// Requires that the path is valid for at least one acceptable policy (initial-explicit-policy).
    public var requireExplicitPolicy = false
    /// Forbids policy mappings (initial-policy-mapping-inhibit).
    public var inhibitPolicyMapping = false
    /// Ignores anyPolicy in certificates (initial-any-policy-inhibit).
    public var inhibitAnyPolicy = false

    /// Creates inputs that require nothing beyond what the certificates themselves require.
    package init() {}
}
