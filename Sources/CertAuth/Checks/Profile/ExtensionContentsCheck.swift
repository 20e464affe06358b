// SPDX-License-Identifier: Apache-2.0

/// Strict profile: refuses empty lists where an element is required, distribution points that contain only reasons, and
/// an empty policyConstraints (RFC 5280 §4.2.1.4, §4.2.1.11, §4.2.1.13, §4.2.2.1).
package struct ExtensionContentsCheck: PathCheck {
    /// The extensions that are a SEQUENCE SIZE (1..MAX).
    private static let lists: [OID] = [
        .certificatePolicies, .policyMappings, .authorityInfoAccess, .subjectInfoAccess, .cRLDistributionPoints,
        .freshestCRL, .subjectDirectoryAttributes, .policyConstraints,
    ]

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            let empty = certificate.extensions.first { entry in
                Self.lists.contains(entry.identifier) && entry.value == [DERTag.sequence, 0]
            }
            if let empty {
                let text = "\(certificate): extension \(empty.identifier) is empty"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2.1")
            }
            guard certificate.crlDistributionPoints.allSatisfy({ $0.name != nil || !$0.crlIssuer.isEmpty }) else {
                let text = "\(certificate): a CRL distribution point without name and issuer"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2.1.13")
            }
        }
    }
}
