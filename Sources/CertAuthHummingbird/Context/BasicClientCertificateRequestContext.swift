// SPDX-License-Identifier: Apache-2.0
// The context for applications that need nothing else in theirs.

#if Hummingbird
public import Hummingbird

/// A request context that knows its client, for applications that need nothing else in theirs.
public struct BasicClientCertificateRequestContext: ClientCertificateRequestContext {
    /// What Hummingbird itself needs.
    public var coreContext: CoreRequestContextStorage
    /// What is known of the client.
    public var clientCertificate: ClientCertificateStorage

    /// A context for one request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        clientCertificate = ClientCertificateStorage(source: source)
    }
}
#endif
