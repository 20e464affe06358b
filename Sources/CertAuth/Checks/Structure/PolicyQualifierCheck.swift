// SPDX-License-Identifier: Apache-2.0

/// Requires that a critical certificatePolicies extension contains only CPS pointers and user notices as qualifiers. A
/// critical extension requires that all its qualifiers are understood (RFC 5280 §4.2.1.4).
package struct PolicyQualifierCheck: PathCheck {
    private static let known: Set<OID> = [OID(known: 1, 3, 6, 1, 5, 5, 7, 2, 1), OID(known: 1, 3, 6, 1, 5, 5, 7, 2, 2)]

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            guard let policies = certificate.value(of: .certificatePolicies), policies.isCritical,
                let unknown = unknownQualifier(in: policies.value)
            else { continue }
            let text = "\(certificate): critical certificatePolicies with the unknown qualifier \(unknown)"
            throw Finding(.criticalExtension, at: index, text, rule: "RFC 5280 §4.2.1.4")
        }
    }

    private func unknownQualifier(in value: [UInt8]) -> String? {
        do throws(DERError) {
            var reader = DERReader(value)
            var policies = try reader.constructed()
            while !policies.isAtEnd {
                var policy = try policies.constructed()
                _ = try policy.objectIdentifier()
                guard !policy.isAtEnd else { continue }
                var qualifiers = try policy.constructed()
                while !qualifiers.isAtEnd {
                    var qualifier = try qualifiers.constructed()
                    let identifier = try qualifier.objectIdentifier()
                    if !Self.known.contains(identifier) { return identifier.description }
                }
            }
            return nil
        } catch {
            return "of unreadable form"
        }
    }
}
