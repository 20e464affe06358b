// SPDX-License-Identifier: Apache-2.0
// The Guide's example of thumbprints.

import CertAuth

// snippet of Guide.md
func onlyKnown(_ thumbprints: Set<Thumbprint>) -> CertificateAuthenticationEvents {
    CertificateAuthenticationEvents(onCertificateValidated: { context in
        guard thumbprints.contains(context.certificate.sha256Thumbprint) else {
            return .fail(reason: "the certificate is not on the list")
        }
        return .success(context.principal)
    })
}
// end of snippet
