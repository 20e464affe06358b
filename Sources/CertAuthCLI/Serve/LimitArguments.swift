// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The flags for time-outs and sizes.
struct LimitArguments: ParsableArguments {
    private static let mostSeconds = 86_400
    private static let mostBytes = 1 << 30
    private static let hint = "leave it out for the default"

    @Option(help: "Seconds for the handshake of a client that is asked for a certificate (default: 60).")
    var handshakeTimeout: Int?
    @Option(help: "Seconds for the answer to a request for a late certificate (default: 60).") var lateTimeout: Int?
    @Option(help: "Seconds from the first byte of a request to the end of its header (default: 10).")
    var headerTimeout: Int?
    @Option(help: "Seconds from the end of the header to the end of the body (default: 30).") var bodyTimeout: Int?
    @Option(help: "Seconds until the client has received a response (default: 60).") var responseTimeout: Int?
    @Option(help: "Seconds between requests on a connection (default: 60).") var idleTimeout: Int?
    @Option(help: "Seconds that a shutdown waits for requests that have begun to arrive (default: 10).")
    var shutdownTimeout: Int?
    @Option(help: "The maximum size of a request's header in bytes (default: 16384).") var headerBytes: Int?
    @Option(help: "The maximum size of a request's body in bytes (default: 1048576).") var bodyBytes: Int?

    /// Returns the checked settings.
    func settings(isPlain: Bool) throws(CommandFailure) -> LimitSettings {
        guard !isPlain || (handshakeTimeout == nil && lateTimeout == nil) else {
            throw .usage(
                "--handshake-timeout and --late-timeout have no meaning with --plain",
                hint: "leave them out"
            )
        }
        let times = [
            ("--handshake-timeout", handshakeTimeout), ("--late-timeout", lateTimeout),
            ("--header-timeout", headerTimeout), ("--body-timeout", bodyTimeout),
            ("--response-timeout", responseTimeout), ("--idle-timeout", idleTimeout),
            ("--shutdown-timeout", shutdownTimeout),
        ]
        for case let (flag, value?) in times where !(1...Self.mostSeconds).contains(value) {
            throw .usage("\(flag) is \(value), expected 1 to \(Self.mostSeconds) seconds", hint: Self.hint)
        }
        let sizes = [("--header-bytes", headerBytes, 1), ("--body-bytes", bodyBytes, 0)]
        for case let (flag, value?, least) in sizes where !(least...Self.mostBytes).contains(value) {
            throw .usage("\(flag) is \(value), expected \(least) to \(Self.mostBytes)", hint: Self.hint)
        }
        var settings = LimitSettings()
        settings.handshakeTimeout = handshakeTimeout
        settings.lateTimeout = lateTimeout
        settings.headerTimeout = headerTimeout
        settings.bodyTimeout = bodyTimeout
        settings.responseTimeout = responseTimeout
        settings.idleTimeout = idleTimeout
        settings.shutdownTimeout = shutdownTimeout
        settings.headerBytes = headerBytes
        settings.bodyBytes = bodyBytes
        return settings
    }
}
