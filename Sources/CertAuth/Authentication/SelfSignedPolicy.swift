// SPDX-License-Identifier: Apache-2.0
// Self-signed certificates: known by their pins, held to the same rules.

/// Decides over a leaf that its own key signed.
struct SelfSignedPolicy {
    private let options: CertificateAuthenticationOptions

    init(_ options: CertificateAuthenticationOptions) { self.options = options }

    /// Accepts `leaf` if the policy lets self-signed certificates in, a pin names it, and every rule but trust and
    /// revocation holds for it.
    func validate(_ leaf: Certificate, by search: inout PathSearch) throws(Finding) -> ValidatedChain {
        guard options.allowedCertificateTypes.contains(.selfSigned) else {
            throw Finding(.certificateTypeNotAllowed, at: 0, "\(leaf): self-signed, but only chained is allowed")
        }
        let isKnown = options.insecurelyAcceptAnySelfSigned || options.selfSignedPins.contains { $0.matches(leaf) }
        guard isKnown else {
            let text = "\(leaf): self-signed, and its digest \(leaf.sha256Thumbprint) is not among the pins"
            throw Finding(.untrusted, at: 0, text)
        }
        return try search.judge(CandidatePath(certificates: [leaf]), isSelfSigned: true)
    }
}
