// SPDX-License-Identifier: Apache-2.0

/// The policy requirements of a trust anchor (RFC 5937 §3). They apply from the first certificate below it.
struct AnchorPolicyDemands: Sendable {
    /// The policies that the anchor asserts; nil if it has no such extension or asserts anyPolicy.
    let asserted: Set<OID>?
    /// The number of certificates below the anchor, self-issued ones not counted, after which an explicit policy is
    /// required.
    let explicitPolicyAfter: Int?
    let inhibitsMapping: Bool
    let inhibitsAnyPolicy: Bool

    init(_ anchor: Certificate) {
        let policies = Set(anchor.policies)
        asserted = policies.isEmpty || policies.contains(.anyPolicy) ? nil : policies
        let constraints = anchor.policyConstraints
        explicitPolicyAfter = constraints?.explicitPolicyAfter
        inhibitsMapping = constraints?.mappingInhibitedAfter == 0
        inhibitsAnyPolicy = Self.skippedCertificates(anchor.value(of: .inhibitAnyPolicy)?.value) == 0
    }

    /// Whether the path needs an explicit policy at its end (RFC 5280 §6.1.5 (a), (g)). The end-entity certificate
    /// counts, even if it is self-issued. A policy tree that becomes empty stays empty, so checking at the end is
    /// enough.
    func requiresExplicitPolicy(on path: CandidatePath) -> Bool {
        guard let skipped = explicitPolicyAfter else { return false }
        return skipped <= path.intermediates.filter { !$0.isSelfIssued }.count + 1
    }

    private static func skippedCertificates(_ value: [UInt8]?) -> Int? {
        guard let value else { return nil }
        var reader = DERReader(value)
        do throws(DERError) {
            return try DERReader.smallNumber(reader.value(DERTag.integer))
        } catch {
            return 0
        }
    }
}
