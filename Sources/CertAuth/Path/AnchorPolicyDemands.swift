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
        let constraints = Self.constraints(anchor)
        explicitPolicyAfter = constraints.explicit
        inhibitsMapping = constraints.mapping == 0
        inhibitsAnyPolicy = Self.skippedCertificates(anchor.value(of: .inhibitAnyPolicy)?.value) == 0
    }

    /// Whether the path needs an explicit policy at its end (RFC 5280 §6.1.5 (a), (g)). The end-entity certificate
    /// counts, even if it is self-issued. A policy tree that becomes empty stays empty, so checking at the end is
    /// enough.
    func requiresExplicitPolicy(on path: CandidatePath) -> Bool {
        guard let skipped = explicitPolicyAfter else { return false }
        return skipped <= path.intermediates.filter { !$0.isSelfIssued }.count + 1
    }

    /// The two counters of policyConstraints (RFC 5280 §4.2.1.11). If they cannot be parsed, both are 0, the strictest
    /// value.
    private static func constraints(_ anchor: Certificate) -> (explicit: Int?, mapping: Int?) {
        guard let value = anchor.value(of: .policyConstraints)?.value else { return (nil, nil) }
        var reader = DERReader(value)
        do throws(DERError) {
            var fields = try reader.constructed()
            let explicit = try fields.optional(DERTag.context(0))
            let mapping = try fields.optional(DERTag.context(1))
            return (try explicit.map(DERReader.smallNumber), try mapping.map(DERReader.smallNumber))
        } catch {
            return (0, 0)
        }
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
