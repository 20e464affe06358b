// SPDX-License-Identifier: Apache-2.0
// Authorities in the place of clients.

/// The client's certificate is not itself an authority, where the policy says so.
package struct LeafCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard !context.options.allowsAuthorityAsClient, let leaf = path.certificates.first else { return }
        guard !leaf.isCertificateAuthority, !(leaf.keyUsage?.contains(.keyCertSign) ?? false) else {
            let text = "\(leaf): is an authority itself, and allowsAuthorityAsClient is false"
            throw Finding(.wrongUsage, at: 0, text, rule: "RFC 5280 §4.2.1.9")
        }
    }
}
