// SPDX-License-Identifier: Apache-2.0

/// Decides on a self-signed end-entity certificate.
struct SelfSignedPolicy: Sendable {
    private let options: CertificateAuthenticationOptions
    /// The digest algorithms of the pins, so that only these digests are computed.
    private let certificateAlgorithms: Set<Thumbprint.Algorithm>
    private let keyAlgorithms: Set<Thumbprint.Algorithm>

    /// Reads every pin once.
    init(_ options: CertificateAuthenticationOptions) {
        self.options = options
        var certificateAlgorithms: Set<Thumbprint.Algorithm> = []
        var keyAlgorithms: Set<Thumbprint.Algorithm> = []
        for pin in options.selfSignedPins {
            switch pin {
            case .certificate(let thumbprint): certificateAlgorithms.insert(thumbprint.algorithm)
            case .publicKey(let thumbprint): keyAlgorithms.insert(thumbprint.algorithm)
            }
        }
        self.certificateAlgorithms = certificateAlgorithms
        self.keyAlgorithms = keyAlgorithms
    }

    /// Accepts `leaf` if the policy accepts self-signed certificates, a pin identifies it, and it satisfies all rules
    /// except trust and revocation.
    func validate(_ leaf: Certificate, by search: inout PathSearch) throws(Finding) -> ValidatedChain {
        guard options.allowedCertificateTypes.contains(.selfSigned) else {
            throw Finding(.certificateTypeNotAllowed, at: 0, "\(leaf): self-signed, but only chained is allowed")
        }
        guard options.insecurelyAcceptAnySelfSigned || isPinned(leaf) else {
            let text = "\(leaf): self-signed, and its digest \(leaf.sha256Thumbprint) is not among the pins"
            throw Finding(.untrusted, at: 0, text)
        }
        return try search.validate(CandidatePath(certificates: [leaf]), isSelfSigned: true)
    }

    /// Whether a pin identifies `leaf`. One lookup for each digest algorithm, however many pins there are.
    private func isPinned(_ leaf: Certificate) -> Bool {
        let pins = options.selfSignedPins
        return certificateAlgorithms.contains { leaf.thumbprint($0).map { pins.contains(.certificate($0)) } ?? false }
            || keyAlgorithms.contains { leaf.publicKeyHash($0).map { pins.contains(.publicKey($0)) } ?? false }
    }
}
