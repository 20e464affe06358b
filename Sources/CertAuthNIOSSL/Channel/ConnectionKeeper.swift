// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
internal import CertAuth
internal import NIOCore

/// Stores the authentication of a connection in its pipeline, for the life of the connection; handles no events.
final class ConnectionKeeper: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private var kept: [(adapter: NIOSSLClientAuthentication, authentication: ConnectionAuthentication)] = []

    /// Returns what `adapter` created for this connection. Each policy has its own authentication.
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
