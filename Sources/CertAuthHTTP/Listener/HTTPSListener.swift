// SPDX-License-Identifier: Apache-2.0

import CertAuth
public import CertAuthTLS
import Logging
public import NIOCore
public import NIOPosix
public import ServiceLifecycle
import Synchronization

/// A small HTTPS server that authenticates its clients by certificate before a handler sees their requests.
public final class HTTPSListener: Service {
    /// Answers one request.
    ///
    /// It starts on the thread of the connection's event loop, as the closures of the configuration do, so that a
    /// response that needs no waiting costs no thread switch. It may await anything, but must not block the thread;
    /// blocking work belongs on another thread (`NIOThreadPool`).
    public typealias Handler = @Sendable (ListenerRequest) async throws -> ListenerResponse

    private enum State {
        case idle
        case starting
        case listening(any Channel, ListenerAddress)
        case stopped
    }

    /// What a reload does not replace. Nothing else is kept of the first configuration, in particular no trust and no
    /// CRLs.
    private let limits: HTTPSListenerLimits
    private let configuredAddress: ListenerAddress
    private let logger: Logger
    let setup: ConnectionSetup
    private let group: any EventLoopGroup
    let registry = ConnectionRegistry()
    /// The connections that have not been told of the shutdown yet.
    private let announcement = SlicedWork()
    private let inForce: Mutex<HTTPSListenerConfiguration>
    /// The evidence of former proxies while no forwarding is configured.
    private let retired = Mutex<[InheritedEvidence]>([])
    private let state = Mutex(State.idle)

    /// Checks the configuration; does not bind yet.
    ///
    /// - Throws: `TLSConfigurationError` or `ListenerError` if the configuration is contradictory or unusable.
    public init(
        configuration: HTTPSListenerConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        handler: @escaping Handler
    ) throws {
        try configuration.limits.check()
        limits = configuration.limits
        configuredAddress = configuration.address
        logger = configuration.logger
        inForce = Mutex(configuration)
        group = eventLoopGroup
        setup = try ConnectionSetup(configuration: configuration, handler: handler)
    }

    /// The configuration in force: that of the start, with the security and the forwarding of the last reload.
    package var configuration: HTTPSListenerConfiguration { inForce.withLock { $0 } }

    /// Starts to listen.
    ///
    /// - Returns: the address that the listener is bound to, with the port that the system chose for port 0.
    /// - Throws: `ListenerError.alreadyStarted`, or the system's error if the address cannot be bound.
    @discardableResult
    public func start() async throws -> ListenerAddress {
        try state.withLock { state in
            guard case .idle = state else { throw ListenerError.alreadyStarted }
            state = .starting
        }
        do {
            let channel = try await bind()
            configuration.logFindings()
            let address = configuredAddress.resolved(by: channel.localAddress)
            let isWanted = state.withLock { state in
                guard case .starting = state else { return false }
                state = .listening(channel, address)
                return true
            }
            if !isWanted { try? await channel.close() }
            return address
        } catch {
            state.withLock { $0 = .idle }
            throw error
        }
    }

    /// The address that the listener is bound to; nil before the start and after the shutdown.
    public var address: ListenerAddress? {
        state.withLock { if case .listening(_, let address) = $0 { address } else { nil } }
    }

    /// The number of open connections.
    package var connectionCount: Int { registry.count }

    /// Listens until the task is cancelled, the service group shuts down gracefully or `shutdown()` is called.
    ///
    /// Logs the address at level `notice` if the listener was not started before. After `start()`, the caller has it.
    public func run() async throws {
        if address == nil {
            let address = try await start()
            configuration.logger.notice("\(address.announcement(isPlain: configuration.isPlain))")
        }
        guard let channel = listeningChannel else { return }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await channel.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            self.stopAccepting(channel)
        }
        await shutdown()
    }

    /// Replaces the TLS configuration (identities, trust, CRLs, policies) without a restart.
    ///
    /// Equivalent to `reload(_:)` with all other settings unchanged.
    public func reload(tls configuration: TLSServerConfiguration) throws {
        try replace { $0.security = .tls(configuration) }
    }

    /// Replaces the security and the forwarding without a restart. Address, limits, routes and all other settings keep
    /// their values from the start.
    ///
    /// Either all of it takes effect at once or, if an error is thrown, nothing changes. Requests in flight are
    /// answered under the policy they arrived under. Every later request is validated by the new policy, or is refused
    /// (421) on a connection that the new policy could not have accepted. Sessions of the old policies are not resumed.
    ///
    /// With TLS, open connections end, within about `limits.reloadSpread` so that their clients do not all connect again at
    /// once. HTTP/1.1 connections close after their next response, or after `limits.headerTimeout` without a request.
    /// HTTP/2 connections that have served a request close after the responses in progress; others may send one request
    /// within `limits.headerTimeout`.
    ///
    /// - Throws: `ListenerError.notReloadable` when switching between TLS and no TLS, and the errors of
    ///   `init(configuration:eventLoopGroup:handler:)`.
    public func reload(_ configuration: HTTPSListenerConfiguration) throws {
        try replace { $0 = configuration }
    }

    /// Applies a change to the configuration in force. Reloads run one at a time, so that none loses the change of
    /// another.
    private func replace(_ change: (inout HTTPSListenerConfiguration) -> Void) throws {
        // The former configuration is returned, so that its trust and CRLs are freed without the lock.
        let (former, isSecure) = try inForce.withLock { inForce in
            var configuration = inForce
            change(&configuration)
            retired.withLock { configuration.inheritEvidence(from: inForce, &$0) }
            try setup.reload(configuration)
            defer {
                inForce.security = configuration.security
                inForce.forwarding = configuration.forwarding
            }
            return (inForce, !configuration.isPlain)
        }
        defer { withExtendedLifetime(former) {} }
        guard isSecure else { return }
        // Requests that arrive before the event notice the reload themselves.
        let spread = TimeAmount(limits.reloadSpread)
        registry.reloads.add(registry.channels, over: spread) { connection in
            connection.pipeline.fireUserInboundEventTriggered(PolicyReplacedEvent())
        }
    }

    /// Stops accepting, answers the requests that clients have sent, then closes every connection.
    ///
    /// - Connections in the system's queue and in the handshake are accepted; later ones are refused.
    /// - HTTP/1.1: requests that have started to arrive are answered; the last response has `Connection: close`. A
    ///   connection between requests may send one more, within `limits.idleShutdownTimeout`.
    /// - HTTP/2: two GOAWAY frames (RFC 9113 section 6.8). All streams that the client opens before it has received the
    ///   first are answered.
    ///
    /// Returns when all connections are closed, at the latest a quarter of a second after `limits.shutdownTimeout`; with
    /// more than some hundred connections, later by the time that it takes to close them in slices.
    public func shutdown() async {
        let listening = state.withLock { state in
            defer { state = .stopped }
            if case .listening(let channel, let address) = state { return Optional((channel, address)) }
            return nil
        }
        let loop = group.next()
        // Connections that have not been told of a reload are told of the shutdown instead, which ends them too.
        registry.reloads.removeAll()
        let closing = SlicedWork(pause: .milliseconds(1))
        let timeout = loop.scheduleTask(in: TimeAmount(limits.shutdownTimeout)) { [registry] in
            closing.add(registry.advance(to: .closed)) { connection in
                connection.pipeline.fireUserInboundEventTriggered(ForcedCloseEvent())
                connection.eventLoop.scheduleTask(in: Self.lastMoment) { Self.cut(connection) }
            }
        }
        if let (channel, address) = listening {
            stopAccepting(channel)
            try? await channel.closeFuture.get()
            if case .unixSocket(let path) = address { WholeFile.remove(path) }
        } else {
            quiesceConnections()
        }
        let allClosed = loop.makePromise(of: Void.self)
        registry.notifyWhenEmpty(allClosed)
        try? await allClosed.futureResult.get()
        timeout.cancel()
        _ = registry.advance(to: .closed)
    }

    /// How long a client that is disconnected by the shutdown timeout may take to read the closing messages.
    private static let lastMoment = TimeAmount.milliseconds(250)

    /// Closes the socket without waiting for the client's close_notify. Must be called on the connection's event loop.
    private static func cut(_ connection: any Channel) {
        let pipeline = connection.pipeline.syncOperations
        let tls = try? pipeline.context(handlerType: TLSServerHandler.self)
        (tls ?? (try? pipeline.context(handlerType: PlainClosingHandler.self)))?.close(promise: nil)
    }

    /// Tells the connections before the listening socket closes, so that they already know of the shutdown, then closes
    /// it.
    private func stopAccepting(_ channel: any Channel) {
        quiesceConnections()
        channel.pipeline.fireUserInboundEventTriggered(StopAcceptingEvent())
    }

    private func quiesceConnections() {
        announcement.add(registry.advance(to: .quiescing)) { connection in
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    private var listeningChannel: (any Channel)? {
        state.withLock { if case .listening(let channel, _) = $0 { channel } else { nil } }
    }

    private func bind() async throws -> any Channel {
        let (limit, whenFull, logger) = (limits.connections, limits.whenFull, self.logger)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // One connection at a time, so that the limit is exact, and clients that are refused do not fill a turn.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { [registry] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ConnectionLimitHandler(
                        limit: limit,
                        whenFull: whenFull,
                        registry: registry,
                        logger: logger
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [registry, setup] channel in
                channel.eventLoop.makeCompletedFuture {
                    try setup.install(in: channel)
                    // The shutdown event may have arrived before the handlers were installed.
                    switch registry.stage {
                    case .open: break
                    case .quiescing: channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                    case .closed: throw ChannelError.eof
                    }
                }
            }
        switch configuredAddress {
        case .hostPort(let host, let port):
            return try await bootstrap.bind(host: host, port: port).get()
        case .unixSocket(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }
}

/// The policy that a connection was accepted under has been replaced.
struct PolicyReplacedEvent: Sendable {}

/// Closes a connection at once, without waiting for its responses.
struct ForcedCloseEvent: Sendable {}
