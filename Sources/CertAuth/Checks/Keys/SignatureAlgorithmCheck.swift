// SPDX-License-Identifier: Apache-2.0

/// Requires that each certificate names the same signature algorithm, including parameters, inside and outside of the
/// signed part (RFC 5280 §4.1.1.2).
package struct SignatureAlgorithmCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            guard certificate.innerSignatureAlgorithm == certificate.signatureAlgorithm else {
                let inner = certificate.innerSignatureAlgorithm.algorithm
                let outer = certificate.signatureAlgorithm.algorithm
                let difference =
                    inner == outer
                    ? "the parameters of the signature algorithm \(inner) inside of the signed part differ from those outside"
                    : "signature algorithm \(inner) inside of the signed part, \(outer) outside"
                let text = "\(certificate): \(difference), expected the same in both; issue the certificate again"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.1.1.2")
            }
        }
    }
}
