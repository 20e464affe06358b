// SPDX-License-Identifier: Apache-2.0
// Which extensions must be critical, and which must not.

/// Strict profile: extensions are critical or not as RFC 5280 §4.2 says they must be.
package struct CriticalityCheck: PathCheck {
    private static let neverCritical: [OID] = [
        .authorityKeyIdentifier, .subjectKeyIdentifier, .authorityInfoAccess, .subjectInfoAccess, .freshestCRL,
        .subjectDirectoryAttributes,
    ]
    /// policyConstraints must be too, but NIST's own test suite demands that it be accepted when it is not.
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

    /// basicConstraints must be too; below the anchor the public suites demand that it be accepted when it is not.
    private func mustBeCritical(_ identifier: OID, isAnchor: Bool) -> Bool {
        Self.alwaysCritical.contains(identifier) || (isAnchor && identifier == .basicConstraints)
    }
}
