// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HummingbirdCore
import Logging
import NIOCore

/// Serves connections without TLS, from proxies, and identifies their peers.
struct PlainChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let http1: HTTP1Channel.Value
    }

    let http1: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        http1.setup(channel: channel, logger: logger).flatMap { value in
            do {
                let replaced = try StrictRequestDecoding.install(in: channel, http1.configuration)
                try HTTP1EndHandler.install(in: channel)
                return replaced.map { Value(channel: channel, http1: value) }
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }
    }

    func handle(value: Value, logger: Logger) async {
        let channel = value.channel
        // Not in `setup`: a channel that is not active has no peer.
        let peer = try? await channel.eventLoop.flatSubmit { channel.connectionPeer(of: nil) }.get()
        let connection = ClientCertificateConnection(plainFrom: channel.remoteAddress?.peerText)
        let served = ServedConnection(channel: channel, connection: connection, peer: peer ?? .unknown)
        await served.bind { await http1.handle(value: value.http1, logger: logger) }
    }
}
#endif
