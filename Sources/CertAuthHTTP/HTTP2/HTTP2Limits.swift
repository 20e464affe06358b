// SPDX-License-Identifier: Apache-2.0
// Bounds on what a client may do on one HTTP/2 connection.

import NIOCore
import NIOHTTP2

/// Bounds on what a client may do on one HTTP/2 connection, beside those of every request.
///
/// A connection that exceeds one of the counts ends with GOAWAY and ENHANCE_YOUR_CALM.
public struct HTTP2Limits: Sendable {
    /// Streams open at once, and requests being answered at once, those of streams that were reset included; further
    /// ones are refused. 100, the fewest that RFC 9113 section 6.5.2 recommends.
    public var concurrentStreams = 100
    /// Bytes of one stream's body that are taken before the stream is read; 65,535 until the client has acknowledged
    /// the number. 64 KiB.
    public var windowBytes = 64 * 1024
    /// How many bodies of `bodyBytes` there is room for at once; streams beyond it wait with theirs. 8.
    public var arrivingBodies = 8
    /// Streams that the client may reset in 30 s (CVE-2023-44487). 200.
    public var resets = 200
    /// Streams that the client may have reset by breaking rules in 30 s (CVE-2025-8671). 100.
    public var streamErrors = 100
    /// PING, SETTINGS and PRIORITY frames in 30 s (CVE-2019-9512, CVE-2019-9515). 200.
    public var controlFrames = 200
    /// Frames in 30 s that neither open streams nor carry bodies: GOAWAY, WINDOW_UPDATE and frames of unknown types. What
    /// streams and answers explain is not counted: 4 for a stream, 2 for a DATA frame of an answer and 1 for each KiB
    /// of it. 200.
    public var otherFrames = 200
    /// CONTINUATION frames of one header (CVE-2024-27316). 5, for a header has to fit `headerBytes` anyway.
    public var continuationFrames = 5

    /// The defaults.
    public init() {}
}

extension HTTP2Limits {
    /// What must be positive, by name.
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
        // One connection's streams share it, so one slow stream's bytes must not stop the others.
        configuration.connection.targetWindowSize = min(window * 16, Int(Int32.max))
        configuration.stream.targetWindowSize = window
        configuration.stream.streamResetFrameRateLimit.maximumCount = resets
        configuration.stream.streamErrorRateLimit.maximumCount = streamErrors
        return configuration
    }

    /// Answers to PING and SETTINGS that wait for a client which does not read; SwiftNIO's own default is 10,000.
    private static let bufferedControlFrames = 1_000
}
