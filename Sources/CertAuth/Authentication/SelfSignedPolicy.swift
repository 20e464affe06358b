// SPDX-License-Identifier: Apache-2.0

/// Decides on a self-signed end-entity certificate.
struct SelfSignedPolicy {
    private let options: CertificateAuthenticationOptions

    init(_ options: CertificateAuthenticationOptions) { self.options = options }

    /// Accepts `leaf` if the policy accepts self-signed certificates, a pin identifies it, and it satisfies all rules
    /// except trust and revocation.
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
