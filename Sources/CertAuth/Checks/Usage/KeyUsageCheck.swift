// SPDX-License-Identifier: Apache-2.0

/// Requires that keyUsage of the end-entity certificate, if present, has digitalSignature, which TLS client
/// authentication needs.
///
/// RFC 5280 §4.2.1.3, RFC 8446 §4.4.2.4. `CertificateAuthorityCheck` checks which certificates may issue.
package struct KeyUsageCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.validateCertificateUse, let leaf = path.certificates.first, let usage = leaf.keyUsage
        else {
            return
        }
        guard usage.contains(.digitalSignature) else {
            let found = usage.names.isEmpty ? "no bit at all" : usage.names.joined(separator: ", ")
            let text = "\(leaf): keyUsage is \(found), expected digitalSignature"
            throw Finding(.wrongUsage, at: 0, text, rule: "RFC 5280 §4.2.1.3")
        }
    }
}
