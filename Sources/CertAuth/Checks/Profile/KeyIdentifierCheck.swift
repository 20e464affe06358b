// SPDX-License-Identifier: Apache-2.0
// Key identifiers, by which paths are found.

/// Strict profile: authorities carry a subjectKeyIdentifier, what another key issued to an authority carries an
/// authorityKeyIdentifier, and where there is one, it has a key identifier and either both or none of the issuer's
/// name and serial number (RFC 5280 §4.2.1.1, §4.2.1.2, §A.2).
///
/// The client's own certificate may do without: authorities in use leave it out there, and finding its issuer is all
/// it is for.
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
