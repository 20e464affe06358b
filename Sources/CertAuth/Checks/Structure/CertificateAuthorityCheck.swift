// SPDX-License-Identifier: Apache-2.0
// Who may issue certificates.

/// Every certificate above the leaf may issue: basicConstraints with CA true, keyUsage absent or with keyCertSign
/// (RFC 5280 §6.1.4 (k), (n)).
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

    /// An anchor without basicConstraints, when it is of version 1, which has no extensions, or keyUsage says that it
    /// signs certificates: a client's own certificate in the trust store never becomes an authority by that alone.
    private func isAuthorityByTrust(_ certificate: Certificate, isAnchor: Bool) -> Bool {
        guard isAnchor, certificate.basicConstraints == nil else { return false }
        return certificate.version == 1 || certificate.keyUsage?.contains(.keyCertSign) == true
    }
}
