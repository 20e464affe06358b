// SPDX-License-Identifier: Apache-2.0

/// Requires that every certificate above the end-entity certificate may issue certificates: basicConstraints has cA
/// TRUE, and keyUsage is absent or has keyCertSign (RFC 5280 §6.1.4 (k), (n)).
package struct CertificateAuthorityCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions.dropFirst() {
            guard certificate.isCertificateAuthority || isAuthorityByTrust(certificate, isAnchor: isAnchor) else {
                let text = "\(certificate): issued a certificate, but basicConstraints does not make it a CA"
                throw Finding(.notACertificateAuthority, at: index, text, rule: "RFC 5280 §6.1.4 (k)")
            }
            guard certificate.keyUsage?.contains(.keyCertSign) ?? true else {
                let text = "\(certificate): issued a certificate, but keyUsage lacks keyCertSign"
                throw Finding(.notACertificateAuthority, at: index, text, rule: "RFC 5280 §6.1.4 (n)")
            }
        }
    }

    /// Whether an anchor without basicConstraints may issue: it has version 1, which has no extensions, or its keyUsage
    /// has keyCertSign. A client's certificate in the trust store does not become a CA certificate by being there.
    private func isAuthorityByTrust(_ certificate: Certificate, isAnchor: Bool) -> Bool {
        guard isAnchor, certificate.basicConstraints == nil else { return false }
        return certificate.version == 1 || certificate.keyUsage?.contains(.keyCertSign) == true
    }
}
