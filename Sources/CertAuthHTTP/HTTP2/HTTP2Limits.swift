// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP2

/// Limits for the client of one HTTP/2 connection, in addition to those of every request.
///
/// A connection that exceeds one of the counts ends with GOAWAY and ENHANCE_YOUR_CALM.
public struct HTTP2Limits: Sendable {
    /// The number of open streams, and of requests being answered, including those of streams that were reset. Further
    /// ones are refused. 100, the lowest number that RFC 9113 section 6.5.2 recommends.
    public var concurrentStreams = 100
    /// The bytes of one stream's body that the client may send before the stream is read; 65,535 until the client has
    /// acknowledged the number. 64 KiB.
    public var windowBytes = 64 * 1024
    /// The number of bodies of `bodyBytes` that there is room for. Streams beyond it wait. 8.
    public var arrivingBodies = 8
    /// Streams that the client may reset in 30 s (CVE-2023-44487). 200.
    public var resets = 200
    /// Streams that the server resets in 30 s because the client violates rules (CVE-2025-8671). 100.
    public var streamErrors = 100
    /// PING, SETTINGS and PRIORITY frames in 30 s (CVE-2019-9512, CVE-2019-9515). 200.
    public var controlFrames = 200
    /// Frames in 30 s that neither open streams nor carry bodies: GOAWAY, WINDOW_UPDATE and frames of unknown types.
    /// Frames that streams and answers explain are not counted: 4 for a stream, 2 for a DATA frame of an answer and 1
    /// for each KiB of it. 200.
    public var otherFrames = 200
    /// CONTINUATION frames of one header (CVE-2024-27316). 5, because a header is limited to `headerBytes` anyway.
    public var continuationFrames = 5

    /// The defaults.
    package init() {}
}

extension HTTP2Limits {
    /// The limits that must be positive, by name.
    var counts: [(String, Int)] {
        [
            ("http2.concurrentStreams", concurrentStreams), ("http2.windowBytes", windowBytes),
            ("http2.arrivingBodies", arrivingBodies), ("http2.resets", resets),
            ("http2.streamErrors", streamErrors), ("http2.controlFrames", controlFrames),
            ("http2.otherFrames", otherFrames),
            ("http2.continuationFrames", continuationFrames),
        ]
    }

    /// SwiftNIO's settings for a server with these limits.
    func configuration(headerBytes: Int) -> NIOHTTP2Handler.Configuration {
        let window = min(windowBytes, Int(Int32.max))
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: window),
        ]
        configuration.connection.maximumSequentialContinuationFrames = continuationFrames
        configuration.connection.maximumBufferedControlFrames = Self.bufferedControlFrames
        configuration.connection.controlFrameRateLimit.maximumCount = controlFrames
        // All streams of a connection share this window, so one slow stream's bytes must not stop the others.
        configuration.connection.targetWindowSize = min(window * 16, Int(Int32.max))
        configuration.stream.targetWindowSize = window
        configuration.stream.streamResetFrameRateLimit.maximumCount = resets
        configuration.stream.streamErrorRateLimit.maximumCount = streamErrors
        return configuration
    }

    /// Answers to PING and SETTINGS that wait for a client that does not read. SwiftNIO's default is 10,000.
    private static let bufferedControlFrames = 1_000
}
