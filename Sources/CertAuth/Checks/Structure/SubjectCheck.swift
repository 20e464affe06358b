// SPDX-License-Identifier: Apache-2.0
// Who must have a name.

/// Every issuer on the path has a name, and so has what it issued to an authority (RFC 5280 §4.1.2.4, §4.1.2.6).
package struct SubjectCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, _) in path.positions {
            guard !certificate.issuer.isEmpty else {
                throw Finding(.malformed, at: index, "\(certificate): no issuer name", rule: "RFC 5280 §4.1.2.4")
            }
            guard certificate.subject.isEmpty else { continue }
            guard index == 0 else {
                let text = "\(certificate): an authority without a subject name"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.1.2.6")
            }
            try checkNameless(certificate, in: context)
        }
    }

    /// A leaf without a subject is known by its alternative names; the strict profile wants them critical.
    private func checkNameless(_ leaf: Certificate, in context: ValidationContext) throws(Finding) {
        let names = leaf.value(of: .subjectAltName)
        let isCritical = names?.isCritical ?? false
        guard names != nil, isCritical || context.options.profile != .strict else {
            let found = names == nil ? "no alternative names" : "alternative names that are not critical"
            throw Finding(.malformed, at: 0, "\(leaf): no subject and \(found)", rule: "RFC 5280 §4.1.2.6")
        }
    }
}
