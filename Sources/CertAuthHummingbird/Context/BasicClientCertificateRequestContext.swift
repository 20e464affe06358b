// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
public import Hummingbird

/// A request context with the client's certificate, for applications that need nothing else in their context.
public struct BasicClientCertificateRequestContext: ClientCertificateRequestContext {
    /// Hummingbird's own part.
    public var coreContext: CoreRequestContextStorage
    /// The client and its certificate.
    public var clientCertificate: ClientCertificateStorage

    /// Creates the context of one request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        clientCertificate = ClientCertificateStorage(source: source)
    }
}
#endif
