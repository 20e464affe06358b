// SPDX-License-Identifier: Apache-2.0

/// Requires that the client's certificate has the usages that the policy demands, and is not a CA certificate if the
/// policy forbids it.
package struct LeafCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard let leaf = path.certificates.first else { return }
        try checkAuthority(leaf, in: context)
        try checkKeyUsage(leaf, in: context)
        try checkExtendedKeyUsage(leaf, in: context)
    }

    private func checkAuthority(_ leaf: Certificate, in context: ValidationContext) throws(Finding) {
        guard !context.options.allowsAuthorityAsClient else { return }
        guard !leaf.isCertificateAuthority, !(leaf.keyUsage?.contains(.keyCertSign) ?? false) else {
            let text = "\(leaf): is an authority itself, and allowsAuthorityAsClient is false"
            throw Finding(.wrongUsage, at: 0, text, rule: "RFC 5280 §4.2.1.9")
        }
    }

    private func checkKeyUsage(_ leaf: Certificate, in context: ValidationContext) throws(Finding) {
        let required = context.options.requiredKeyUsage
        guard !(leaf.keyUsage ?? []).isSuperset(of: required) else { return }
        let missing = required.subtracting(leaf.keyUsage ?? []).names.joined(separator: ", ")
        throw Finding(.wrongUsage, at: 0, "\(leaf): keyUsage lacks \(missing)", rule: "RFC 5280 §4.2.1.3")
    }

    private func checkExtendedKeyUsage(_ leaf: Certificate, in context: ValidationContext) throws(Finding) {
        let rule = "RFC 5280 §4.2.1.12"
        guard let purposes = leaf.extendedKeyUsage else {
            guard !context.options.requiresExtendedKeyUsage, context.options.requiredExtendedKeyUsages.isEmpty else {
                throw Finding(.wrongUsage, at: 0, "\(leaf): no extendedKeyUsage, which the policy demands", rule: rule)
            }
            return
        }
        let missing = context.options.requiredExtendedKeyUsages.subtracting(purposes)
        guard missing.isEmpty else {
            let wanted = missing.map(\.description).sorted().joined(separator: ", ")
            throw Finding(.wrongUsage, at: 0, "\(leaf): extendedKeyUsage lacks \(wanted)", rule: rule)
        }
    }
}
