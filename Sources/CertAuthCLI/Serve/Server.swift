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
    let terminal: Terminal
    private let inForce: ServeInForce
    private let service: ServiceConnection
    private let logger: Logger
    /// Fetches revocation evidence; nil unless revocation is online.
    private let gatherer: RevocationGatherer?
    /// Created before the files are first read, so that no change is missed.
    private let watch: FileWatch?
    /// Keeps what was parsed from files that do not change.
    private let store = InputStore()

    /// Creates a server whose settings do not change.
    init(
        settings: ServeSettings,
        terminal: Terminal,
        level: Logger.Level = .info,
        format: LogFormat = .text
    ) {
        self.init(ServeInForce(settings), terminal: terminal, level: level, format: format, service: .none)
    }

    /// Creates a server.
    init(
        _ inForce: ServeInForce,
        terminal: Terminal,
        level: Logger.Level,
        format: LogFormat,
        service: ServiceConnection
    ) {
        self.inForce = inForce
        self.terminal = terminal
        self.service = service
        logger = Logger(label: "certauth") { _ in TerminalLogHandler(terminal: terminal, level: level, format: format) }
        let settings = inForce.settings
        gatherer = settings.gatherer(logger: logger)
        let files = WatchedFiles(inForce)
        watch = settings.watchesFiles ? FileWatch { files.paths } : nil
    }

    var settings: ServeSettings { inForce.settings }

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

    /// Starts, announces the addresses, and serves until SIGINT or SIGTERM.
    func run(_ listener: HTTPSListener) async throws {
        for finding in findings {
            logger.warning("\(finding.message)", metadata: LogMetadata(.finding, finding.code).values)
        }
        // Signals are handled as soon as the addresses are announced.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let ends = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        for address in try await startAll(listener) {
            terminal.plainLine(address.announcement(isPlain: settings.certificate == nil))
        }
        try await serve(listener, hangups, ends)
    }

    /// Starts to listen at all addresses and on all passed sockets. If one fails, none listens.
    private func startAll(_ listener: HTTPSListener) async throws(CommandFailure) -> [ListenerAddress] {
        let listening = settings.listening
        let bound = try listening.bindSockets()
        return try await Self.naming(listening.addresses[0]) {
            try await listener.start(
                at: listening.unboundAddresses(besides: service.sockets),
                taking: service.sockets + bound
            )
        }
    }

    /// Starts to listen at the first address.
    func start(
        _ listener: HTTPSListener,
        named name: String? = nil
    ) async throws(CommandFailure) -> ListenerAddress {
        try await Self.naming(settings.address, as: name) { try await listener.start() }
    }

    /// Converts the error of a start into a usage error of `--listen`.
    private static func naming<Result>(
        _ first: ListenerAddress,
        as name: String? = nil,
        _ start: () async throws -> Result
    ) async throws(CommandFailure) -> Result {
        do {
            return try await start()
        } catch {
            var (address, reason) = (first, "\(error)")
            if case ListenerError.cannotListen(let failed, let text) = error { (address, reason) = (failed, text) }
            throw .usage(
                "--listen \(name ?? DisplayText.escaped("\(address)", limit: 200)): \(DisplayText.escaped(reason))",
                hint: "choose another address, or port 0 for any free port"
            )
        }
    }

    /// Reads all files again. On an error, the configuration is unchanged.
    private func load(into listener: HTTPSListener) throws(CommandFailure) {
        let candidate = try inForce.next()
        guard gatherer != nil || candidate.settings.gatherer(logger: logger) == nil else {
            throw .usage("revocation would be fetched, which needs a restart", hint: "restart the server")
        }
        try candidate.settings.load(from: store) { (settings, snapshot) throws(CommandFailure) in
            let configuration = try settings.configuration(from: snapshot, gatherer: gatherer, logger: logger)
            do {
                try listener.reload(configuration)
            } catch {
                throw ConfigurationFailure.failure(of: error)
            }
        }
        inForce.adopt(candidate)
        guard !candidate.kept.isEmpty else { return }
        logger.warning("the changes of \(candidate.kept.joined(separator: ", ")) need a restart and are not in use")
    }

    /// Reloads and logs the outcome; called at each SIGHUP.
    private func reload(_ listener: HTTPSListener) {
        service.notifier.reloading()
        do throws(CommandFailure) {
            try load(into: listener)
            logger.notice("reloaded: new connections use the current files")
            service.notifier.reloaded(status: "reloaded: new connections use the current files")
        } catch {
            let reason = ([error.message] + error.hints).joined(separator: "; ")
            logger.error("not reloaded, the previous configuration stays in use: \(reason)")
            service.notifier.reloaded(status: "not reloaded, the previous configuration stays in use: \(error.message)")
        }
    }

    /// Serves until SIGINT or SIGTERM, and logs the end.
    func serve(_ listener: HTTPSListener) async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        try await serve(listener, hangups, await UnixSignalsSequence(trapping: .sigint, .sigterm))
    }

    private func serve(
        _ listener: HTTPSListener,
        _ hangups: UnixSignalsSequence,
        _ ends: UnixSignalsSequence
    ) async throws {
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
        service.notifier.ready()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in hangups { reload(listener) }
            }
            tasks.addTask {
                for await signal in ends {
                    logger.notice("stopping on \(signal): requests in flight are answered")
                    service.notifier.stopping()
                    // The group may not have been running when the signal arrived.
                    await group.triggerGracefulShutdown()
                }
            }
            if let watchdog = Watchdog(service.notifier, probe: { try await listener.eventLoopsTurn() }) {
                tasks.addTask { await watchdog.run() }
            }
            do {
                try await group.run()
            } catch {
                logger.error("stopped by an error", metadata: LogMetadata(.error, "\(error)").values)
                service.notifier.stopping()
                throw error
            }
            logger.notice("stopped")
            tasks.cancelAll()
        }
    }
}
