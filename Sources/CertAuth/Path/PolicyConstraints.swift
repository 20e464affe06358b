// SPDX-License-Identifier: Apache-2.0

/// The policyConstraints extension of a certificate (RFC 5280 §4.2.1.11).
struct PolicyConstraints: Sendable, Equatable {
    /// requireExplicitPolicy: the number of certificates below this one, self-issued ones not counted, after which the
    /// path needs an acceptable policy.
    let explicitPolicyAfter: Int?
    /// inhibitPolicyMapping: the number of certificates below this one after which no policy is mapped.
    let mappingInhibitedAfter: Int?

    /// The strictest values, for an extension that cannot be parsed.
    static let strictest = PolicyConstraints(explicitPolicyAfter: 0, mappingInhibitedAfter: 0)

    /// - Throws: `DERError` if a number is negative, both are missing, or the value contains anything else.
    init(_ value: [UInt8]) throws(DERError) {
        var reader = DERReader(value)
        var fields = try reader.constructed()
        try reader.finish()
        explicitPolicyAfter = try fields.optional(DERTag.context(0)).map(Self.number)
        mappingInhibitedAfter = try fields.optional(DERTag.context(1)).map(Self.number)
        try fields.finish()
        guard explicitPolicyAfter != nil || mappingInhibitedAfter != nil else {
            throw DERError(.invalidValue("policy constraints without any"), at: 0)
        }
    }

    /// A number of certificates. One of more than 31 bits is greater than every path is long.
    private static func number(_ value: DERValue) throws(DERError) -> Int {
        let bytes = try DERReader.integer(value)
        guard bytes.count > 4, let first = bytes.first, first < 0x80 else { return try DERReader.smallNumber(value) }
        return .max
    }

    private init(explicitPolicyAfter: Int?, mappingInhibitedAfter: Int?) {
        self.explicitPolicyAfter = explicitPolicyAfter
        self.mappingInhibitedAfter = mappingInhibitedAfter
    }
}

extension Certificate {
    /// The extension's values, the strictest ones if it cannot be parsed, or nil if the certificate does not have it.
    var policyConstraints: PolicyConstraints? {
        guard let value = value(of: .policyConstraints)?.value else { return nil }
        return (try? PolicyConstraints(value)) ?? .strictest
    }

    /// The policyConstraints of a certificate that has no policies, or one of them twice. Nil if they cannot be parsed.
    ///
    /// OpenSSL never frees what it decodes from such an extension (3.0 to 4.0).
    var policyConstraintsWithoutPolicies: PolicyConstraints? {
        guard let encoded = value(of: .policyConstraints)?.value else { return nil }
        let hasPolicies = value(of: .certificatePolicies) != nil && Set(policies).count == policies.count
        return hasPolicies ? nil : try? PolicyConstraints(encoded)
    }
}

extension CandidatePath {
    /// The indices of certificates below the anchor with policyConstraints and without policies.
    var indicesOfConstraintsWithoutPolicies: Set<Int> {
        Set(
            positions.lazy.filter { !$0.isAnchor && $0.certificate.policyConstraintsWithoutPolicies != nil }.map(
                \.index
            )
        )
    }

    /// Whether constraints that OpenSSL does not read, or counts in another way, require an explicit policy at the end of
    /// the path. A policy tree that becomes empty stays empty, so checking at the end is enough (RFC 5280 §6.1.3 (e),
    /// §6.1.5 (g)).
    ///
    /// OpenSSL does not count a self-issued end-entity certificate, so all constraints above one are evaluated here.
    var requiresPolicyBeyondOpenSSL: Bool {
        positions.contains { index, certificate, isAnchor in
            guard !isAnchor, let after = certificate.policyConstraints?.explicitPolicyAfter,
                certificate.policyConstraintsWithoutPolicies != nil || certificates.first?.isSelfIssued ?? false
            else { return false }
            // The end-entity certificate's own number counts only if it is 0 (§6.1.5 (b)). For others the end-entity
            // certificate counts, even if it is self-issued (§6.1.5 (a)).
            guard index > 0 else { return after == 0 }
            return after <= certificates[1..<index].filter { !$0.isSelfIssued }.count + 1
        }
    }
}
