// SPDX-License-Identifier: Apache-2.0
// The clients' CA with the adapter that validates them.

#if GRPC
import CertAuth
import CertAuthNIOSSL
import CertAuthTestSupport

typealias ClientWorld = CertAuthTestSupport.ClientWorld<NIOSSLClientAuthentication>

extension ClientWorld {
    init(
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        customize: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws {
        try self.init(events: events, customize: { options, _ in customize(&options) }) {
            NIOSSLClientAuthentication(authenticator: $0)
        }
    }
}
#endif
