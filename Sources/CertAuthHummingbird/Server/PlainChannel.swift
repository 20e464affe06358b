// SPDX-License-Identifier: Apache-2.0
// One connection without TLS, from a proxy.

#if Hummingbird
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HummingbirdCore
import Logging
import NIOCore

/// Serves connections without TLS, and knows whose they are.
struct PlainChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let http1: HTTP1Channel.Value
        let peer: ConnectionPeer
    }

    let http1: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        http1.setup(channel: channel, logger: logger).and(channel.connectionPeer()).map { http1, peer in
            Value(channel: channel, http1: http1, peer: peer)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let connection = ClientCertificateConnection(plainFrom: value.channel.remoteAddress?.peerText)
        let served = ServedConnection(connection: connection, peer: value.peer)
        await ServedConnection.$current.withValue(served) {
            await http1.handle(value: value.http1, logger: logger)
        }
    }
}
#endif
