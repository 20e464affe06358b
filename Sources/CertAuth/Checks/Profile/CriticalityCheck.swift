// SPDX-License-Identifier: Apache-2.0

/// Strict profile: requires that extensions are critical or non-critical as RFC 5280 §4.2 specifies.
package struct CriticalityCheck: PathCheck {
    private static let neverCritical: [OID] = [
        .authorityKeyIdentifier, .subjectKeyIdentifier, .authorityInfoAccess, .subjectInfoAccess, .freshestCRL,
        .subjectDirectoryAttributes,
    ]
    /// policyConstraints must be critical too, but NIST's test suite requires that a non-critical one is accepted.
    private static let alwaysCritical: [OID] = [.nameConstraints, .inhibitAnyPolicy]

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions {
            for entry in certificate.extensions {
                let mustBe = mustBeCritical(entry.identifier, isAnchor: isAnchor && index > 0)
                let mustNotBe = Self.neverCritical.contains(entry.identifier)
                guard (mustBe && !entry.isCritical) || (mustNotBe && entry.isCritical) else { continue }
                let found = entry.isCritical ? "is critical" : "is not critical"
                let text = "\(certificate): extension \(entry.identifier) \(found)"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2")
            }
        }
    }

    /// basicConstraints must be critical too, but public test suites require that a non-critical one below the anchor
    /// is accepted.
    private func mustBeCritical(_ identifier: OID, isAnchor: Bool) -> Bool {
        Self.alwaysCritical.contains(identifier) || (isAnchor && identifier == .basicConstraints)
    }
}
