// SPDX-License-Identifier: Apache-2.0

/// Strict profile: requires that explicitText of a user notice is not an IA5String and has at most 200 characters (RFC
/// 5280 §4.2.1.4, updated by RFC 6818 §3: VisibleString and BMPString are allowed, IA5String is not).
package struct PolicyTextCheck: PathCheck {
    private static let userNotice = OID(known: 1, 3, 6, 1, 5, 5, 7, 2, 2)
    private static let longest = 200

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            guard let policies = certificate.value(of: .certificatePolicies),
                let objection = (try? objection(to: policies.value)) ?? nil
            else { continue }
            throw Finding(.malformed, at: index, "\(certificate): \(objection)", rule: "RFC 6818 §3")
        }
    }

    private func objection(to value: [UInt8]) throws(DERError) -> String? {
        var reader = DERReader(value)
        var policies = try reader.constructed()
        while !policies.isAtEnd {
            var policy = try policies.constructed()
            _ = try policy.objectIdentifier()
            guard var qualifiers = try policy.optional(DERTag.sequence)?.reader else { continue }
            while !qualifiers.isAtEnd {
                var qualifier = try qualifiers.constructed()
                guard try qualifier.objectIdentifier() == Self.userNotice else { continue }
                var notice = try qualifier.constructed()
                // A notice reference is a SEQUENCE, explicitText is a string.
                _ = try notice.optional(DERTag.sequence)
                guard !notice.isAtEnd else { continue }
                if let objection = objection(toText: try notice.value()) { return objection }
            }
        }
        return nil
    }

    private func objection(toText value: DERValue) -> String? {
        if value.tag == DERTag.ia5String { return "explicitText is an IA5String, expected a UTF8String" }
        guard let text = DirectoryString.text(value) else { return "explicitText is not valid in its string type" }
        let count = text.unicodeScalars.count
        return count <= Self.longest ? nil : "explicitText has \(count) characters, at most \(Self.longest)"
    }
}
