// SPDX-License-Identifier: Apache-2.0
// The handlers of one HTTP/2 connection, from TLS to its streams.

import NIOCore
import NIOHTTP2

extension ConnectionSetup {
    /// Adds the handlers of HTTP/2 at the end of the pipeline.
    func installHTTP2(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let frames = HTTP2FrameGuard(
            headerTimeout: TimeAmount(limits.headerTimeout),
            otherFrames: limits.http2.otherFrames
        )
        let connection = HTTP2ConnectionHandler(limits: limits, gate: gate, frames: frames)
        let shared = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        try pipeline.addHandler(frames)
        // The returned sequence of streams is not needed: their handlers process all their events.
        _ = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server,
            streamDelegate: nil,
            frameDelegate: connection,
            configuration: limits.http2.configuration(headerBytes: limits.headerBytes)
        ) { [gate, limits] stream in
            stream.eventLoop.makeCompletedFuture {
                // A stream is read only when there is room for its body.
                try stream.syncOptions?.setOption(.autoRead, value: false)
                try stream.pipeline.syncOperations.addHandler(
                    HTTP2StreamHandler(connection: shared.value, gate: gate, limits: limits)
                )
            }
        }
        try pipeline.addHandler(connection)
    }
}
