// SPDX-License-Identifier: Apache-2.0
// Who may issue certificates.

/// Every certificate above the leaf may issue: basicConstraints with CA true, keyUsage absent or with keyCertSign
/// (RFC 5280 §6.1.4 (k), (n)).
package struct CertificateAuthorityCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions.dropFirst() {
            // A version 1 root has no extensions to say so; being an anchor says it.
            let isOldAnchor = isAnchor && certificate.version == 1
            guard certificate.isCertificateAuthority || isOldAnchor else {
                let text = "\(certificate): issued a certificate, but basicConstraints does not make it a CA"
                throw Finding(.notACertificateAuthority, at: index, text, rule: "RFC 5280 §6.1.4 (k)")
            }
            guard certificate.keyUsage?.contains(.keyCertSign) ?? true else {
                let text = "\(certificate): issued a certificate, but keyUsage lacks keyCertSign"
                throw Finding(.notACertificateAuthority, at: index, text, rule: "RFC 5280 §6.1.4 (n)")
            }
        }
    }
}
