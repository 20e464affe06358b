// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP
import CertAuthOpenSSL
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Runs a listener in the foreground of a terminal until a signal ends it.
struct Server {
    let settings: ServeSettings
    let terminal: Terminal
    private let logger: Logger
    /// Fetches revocation evidence; nil unless revocation is online.
    private let gatherer: RevocationGatherer?
    /// Created before the files are first read, so that no change is missed.
    private let watch: FileWatch?
    /// Keeps what was parsed from files that do not change.
    private let store = InputStore()

    init(
        settings: ServeSettings,
        terminal: Terminal,
        level: Logger.Level = .info,
        format: LogFormat = .text
    ) {
        self.settings = settings
        self.terminal = terminal
        logger = Logger(label: "certauth") { _ in TerminalLogHandler(terminal: terminal, level: level, format: format) }
        gatherer = settings.gatherer(logger: logger)
        let files = WatchedFiles(settings)
        watch = settings.watchesFiles ? FileWatch { files.paths } : nil
    }

    /// Creates a checked listener, which is not started.
    func listener() throws(CommandFailure) -> HTTPSListener {
        try settings.listener(logger: logger, gatherer: gatherer, store: store)
    }

    /// Findings about the process, which no file changes.
    var findings: [ConfigurationFinding] {
        [
            OpenFiles.finding(
                connections: settings.connections,
                loops: System.coreCount,
                limit: SystemProcess.openFileLimit
            )
        ].compactMap(\.self)
    }

    /// Starts, announces the address, and serves until SIGINT or SIGTERM.
    func run(_ listener: HTTPSListener) async throws {
        for finding in findings {
            logger.warning("\(finding.message)", metadata: LogMetadata(.finding, finding.code).values)
        }
        let address = try await start(listener)
        terminal.plainLine(address.announcement(isPlain: settings.certificate == nil))
        try await serve(listener)
    }

    /// Starts to listen.
    func start(
        _ listener: HTTPSListener,
        named name: String? = nil
    ) async throws(CommandFailure) -> ListenerAddress {
        do {
            return try await listener.start()
        } catch {
            let isUnknown = error is SocketAddressError.UnknownHost
            let other = isUnknown ? "no address is known for this host" : "\(error)"
            let reason = (error as? IOError).map { SystemError(code: $0.errnoCode).text } ?? other
            throw .usage(
                "--listen \(name ?? "\(settings.address)"): \(DisplayText.escaped(reason))",
                hint: "choose another address, or port 0 for any free port"
            )
        }
    }

    /// Reads all files again. On an error, the configuration is unchanged.
    private func load(into listener: HTTPSListener) throws(CommandFailure) {
        try settings.load(from: store) { (settings, snapshot) throws(CommandFailure) in
            let configuration = try settings.configuration(from: snapshot, gatherer: gatherer, logger: logger)
            do {
                try listener.reload(configuration)
            } catch {
                throw ConfigurationFailure.failure(of: error)
            }
        }
    }

    /// Reloads and logs the outcome; called at each SIGHUP.
    private func reload(_ listener: HTTPSListener) {
        do throws(CommandFailure) {
            try load(into: listener)
            logger.notice("reloaded: new connections use the current files")
        } catch {
            let reason = ([error.message] + error.hints).joined(separator: "; ")
            logger.error("not reloaded, the previous configuration stays in use: \(reason)")
        }
    }

    /// Serves until SIGINT or SIGTERM, and logs the end.
    func serve(_ listener: HTTPSListener) async throws {
        var quiet = logger
        quiet.logLevel = .warning
        let refreshing = gatherer.map { RevocationRefreshService(gatherer: $0, clock: settings.clock) }
        let watching = watch.map { FileWatchService(watch: $0, logger: logger) { try load(into: listener) } }
        let services: [(any Service)?] = [listener, refreshing, watching]
        let group = ServiceGroup(
            services: services.compactMap(\.self),
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: quiet
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sighup) { reload(listener) }
            }
            tasks.addTask {
                // The service group ends on the same signals. This task only logs which one arrived.
                for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    logger.notice("stopping on \(signal): requests in flight are answered")
                }
            }
            do {
                try await group.run()
            } catch {
                logger.error("stopped by an error", metadata: LogMetadata(.error, "\(error)").values)
                throw error
            }
            logger.notice("stopped")
            tasks.cancelAll()
        }
    }
}
