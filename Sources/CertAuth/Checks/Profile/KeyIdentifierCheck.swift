// SPDX-License-Identifier: Apache-2.0
// Key identifiers, by which paths are found.

/// Strict profile: authorities carry a subjectKeyIdentifier, and what is not self-signed an authorityKeyIdentifier
/// with a key identifier (RFC 5280 §4.2.1.1, §4.2.1.2).
package struct KeyIdentifierCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where certificate.version == 3 {
            if index > 0, certificate.subjectKeyIdentifier == nil {
                let text = "\(certificate): an authority without subjectKeyIdentifier"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2.1.2")
            }
            if !isAnchor, certificate.authorityKeyIdentifier?.keyIdentifier == nil {
                let text = "\(certificate): no authorityKeyIdentifier with a key identifier"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2.1.1")
            }
        }
    }
}
