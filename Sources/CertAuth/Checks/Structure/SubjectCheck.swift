// SPDX-License-Identifier: Apache-2.0

/// Requires that every certificate of the path names its issuer, and that every certificate above the end-entity
/// certificate has a subject (RFC 5280 §4.1.2.4, §4.1.2.6).
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

    /// An end-entity certificate without subject is identified by its alternative names. The strict profile requires
    /// that they are critical.
    private func checkNameless(_ leaf: Certificate, in context: ValidationContext) throws(Finding) {
        let names = leaf.value(of: .subjectAltName)
        let isCritical = names?.isCritical ?? false
        guard names != nil, isCritical || context.options.profile != .strict else {
            let found = names == nil ? "no alternative names" : "alternative names that are not critical"
            throw Finding(.malformed, at: 0, "\(leaf): no subject and \(found)", rule: "RFC 5280 §4.1.2.6")
        }
    }
}
