// SPDX-License-Identifier: Apache-2.0
// Asks a channel for its client's certificate.

public import NIOCore

extension Channel {
    /// What the channel's `TLSServerHandler` knows of its client.
    ///
    /// - Returns: nil as long as the handshake, validation included, is not over.
    /// - Throws: when the channel has no `TLSServerHandler`.
    public func clientCertificateConnection() -> EventLoopFuture<ClientCertificateConnection?> {
        eventLoop.submit {
            try self.pipeline.syncOperations.clientCertificateConnection()
        }
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// What the pipeline's `TLSServerHandler` knows of its client; to be called on the event loop.
    ///
    /// - Returns: nil as long as the handshake, validation included, is not over.
    /// - Throws: when the pipeline has no `TLSServerHandler`.
    package func clientCertificateConnection() throws -> ClientCertificateConnection? {
        try handler(type: TLSServerHandler.self).connection
    }
}
