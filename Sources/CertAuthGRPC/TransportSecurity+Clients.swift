// SPDX-License-Identifier: Apache-2.0
// Connects the engine to the transport's handshake.

#if GRPC
public import CertAuthNIOSSL
public import GRPCNIOTransportHTTP2Posix

extension HTTP2ServerTransport.Posix.TransportSecurity.TLS {
    /// Requires a certificate of every client and lets the engine validate it in the handshake, so that bad clients are
    /// refused there. The transport's own trust roots no longer decide anything.
    ///
    /// Resumed sessions do not run the callback; only `ClientCertificateInterceptor` validates them.
    public mutating func requireClientCertificates(_ authentication: NIOSSLClientAuthentication) {
        clientCertificateVerification = .noHostnameVerification
        customVerificationCallback = authentication.customVerificationCallbackWithMetadata
    }
}
#endif
