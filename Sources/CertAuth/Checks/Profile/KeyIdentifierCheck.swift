// SPDX-License-Identifier: Apache-2.0

/// Strict profile: checks key identifiers (RFC 5280 §4.2.1.1, §4.2.1.2, §A.2).
///
/// Issuers must have a subjectKeyIdentifier. Intermediates must have an authorityKeyIdentifier. Every
/// authorityKeyIdentifier must have a key identifier, and either both or none of the issuer's name and serial number.
///
/// The client's own certificate needs no authorityKeyIdentifier. Many CAs omit it there, and it only helps to find the
/// issuer.
package struct KeyIdentifierCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where certificate.version == 3 {
            if index > 0, certificate.subjectKeyIdentifier == nil {
                let text = "\(certificate): an authority without subjectKeyIdentifier"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2.1.2")
            }
            let isIntermediate = index > 0 && !isAnchor
            guard let objection = objection(to: certificate.authorityKeyIdentifier, isDemanded: isIntermediate) else {
                continue
            }
            throw Finding(.malformed, at: index, "\(certificate): \(objection)", rule: "RFC 5280 §4.2.1.1")
        }
    }

    private func objection(to identifier: AuthorityKeyIdentifier?, isDemanded: Bool) -> String? {
        guard let identifier else { return isDemanded ? "no authorityKeyIdentifier" : nil }
        guard identifier.keyIdentifier != nil else { return "authorityKeyIdentifier without a key identifier" }
        guard identifier.issuer.isEmpty == (identifier.serialNumber == nil) else {
            return "authorityKeyIdentifier with one of the issuer's name and serial number, expected both or none"
        }
        return nil
    }
}
