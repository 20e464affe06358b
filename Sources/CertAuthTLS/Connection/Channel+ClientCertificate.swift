// SPDX-License-Identifier: Apache-2.0
// Returns the connection of a channel's client.

public import NIOCore

extension Channel {
    /// The connection that the channel's `TLSServerHandler` has established with its client.
    ///
    /// - Returns: Nil until the handshake and the validation are complete.
    /// - Throws: If the channel has no `TLSServerHandler`.
    public func clientCertificateConnection() -> EventLoopFuture<ClientCertificateConnection?> {
        eventLoop.submit {
            try self.pipeline.syncOperations.clientCertificateConnection()
        }
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// The connection that the pipeline's `TLSServerHandler` has established with its client. Must be called on the
    /// event loop.
    ///
    /// - Returns: Nil until the handshake and the validation are complete.
    /// - Throws: If the pipeline has no `TLSServerHandler`.
    package func clientCertificateConnection() throws -> ClientCertificateConnection? {
        try handler(type: TLSServerHandler.self).connection
    }
}
