// SPDX-License-Identifier: Apache-2.0
// The engine in the transport's own handshake.

#if GRPC
public import CertAuthNIOSSL
public import GRPCNIOTransportHTTP2Posix

extension HTTP2ServerTransport.Posix.TransportSecurity.TLS {
    /// Demands a certificate of every client and has the engine judge it in the handshake, so that bad clients get no
    /// further; the transport's own trust roots decide nothing any more.
    ///
    /// The handshake of a resumed session asks nobody: only `ClientCertificateInterceptor` judges those.
    public mutating func requireClientCertificates(_ authentication: NIOSSLClientAuthentication) {
        clientCertificateVerification = .noHostnameVerification
        customVerificationCallback = authentication.customVerificationCallbackWithMetadata
    }
}
#endif
