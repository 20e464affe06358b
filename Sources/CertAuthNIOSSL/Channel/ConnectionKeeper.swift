// SPDX-License-Identifier: Apache-2.0
// What is known of a connection's client, in the connection's own pipeline.

#if NIOSSL
internal import CertAuth
internal import NIOCore

/// Keeps what authenticates the requests of its connection, and goes with it. Handles nothing.
final class ConnectionKeeper: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private var kept: [(adapter: NIOSSLClientAuthentication, authentication: ConnectionAuthentication)] = []

    /// What `adapter` has made for this connection; other policies' is nobody else's.
    func authentication(by adapter: NIOSSLClientAuthentication) -> ConnectionAuthentication? {
        kept.first { $0.adapter === adapter }?.authentication
    }

    func keep(_ authentication: ConnectionAuthentication, for adapter: NIOSSLClientAuthentication) {
        kept.append((adapter, authentication))
    }
}

@available(*, unavailable)
extension ConnectionKeeper: Sendable {}
#endif
