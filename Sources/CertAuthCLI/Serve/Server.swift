// SPDX-License-Identifier: Apache-2.0
// Runs a listener until a signal ends it.

import CertAuth
import CertAuthHTTP
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A server in the foreground of a terminal.
struct Server {
    let settings: ServeSettings
    let terminal: Terminal
    private let logger: Logger

    init(settings: ServeSettings, terminal: Terminal, level: Logger.Level = .info) {
        self.settings = settings
        self.terminal = terminal
        logger = Logger(label: "certauth") { _ in TerminalLogHandler(terminal: terminal, level: level) }
    }

    /// The listener, checked and not started.
    func listener() throws(CommandFailure) -> HTTPSListener { try settings.listener(logger: logger) }

    /// Starts, says where, and serves until SIGINT or SIGTERM.
    func run(_ listener: HTTPSListener) async throws {
        let address = try await start(listener)
        terminal.line(address.announcement)
        try await serve(listener)
    }

    /// Starts to listen.
    func start(_ listener: HTTPSListener) async throws(CommandFailure) -> ListenerAddress {
        do {
            return try await listener.start()
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw .usage(
                "--listen \(settings.address): \(DisplayText.escaped(reason))",
                hint: "choose another address, or port 0 for any"
            )
        }
    }

    /// Serves until SIGINT or SIGTERM.
    func serve(_ listener: HTTPSListener) async throws {
        var quiet = logger
        quiet.logLevel = .warning
        let group = ServiceGroup(
            services: [listener],
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: quiet
        )
        try await group.run()
    }
}
