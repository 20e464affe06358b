// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS
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
        case listening([ListeningChannel])
        case stopped
    }

    /// What a reload does not replace. Nothing else is kept of the first configuration, in particular no trust and no
    /// CRLs.
    private let limits: HTTPSListenerLimits
    private let configuredAddresses: [ListenerAddress]
    private let logger: Logger
    let setup: ConnectionSetup
    private let group: any EventLoopGroup
    let registry = ConnectionRegistry()
    /// The connections that have not been told of the shutdown yet.
    private let announcement = SlicedWork()
    private let inForce: ReloadableConfiguration<HTTPSListenerConfiguration>
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
        configuredAddresses = [configuration.address] + configuration.additionalAddresses
        logger = configuration.logger
        inForce = ReloadableConfiguration(configuration)
        group = eventLoopGroup
        setup = try ConnectionSetup(configuration: configuration, handler: handler)
    }

    /// The configuration in force: that of the start, with the security and the forwarding of the last reload.
    package var configuration: HTTPSListenerConfiguration { inForce.current }

    /// Starts to listen at all addresses.
    ///
    /// - Returns: the first address that the listener is bound to, with the port that the system chose for port 0.
    /// - Throws: `ListenerError.alreadyStarted`, or `.cannotListen` if an address cannot be bound. Then it listens at none.
    @discardableResult
    public func start() async throws -> ListenerAddress {
        try await start(at: configuredAddresses, taking: []).first ?? configuration.address
    }

    /// Starts to listen at addresses in place of those of the configuration, and on bound sockets.
    ///
    /// - Returns: all addresses that the listener is bound to; first those of `sockets`.
    @discardableResult
    package func start(at addresses: [ListenerAddress], taking sockets: [BoundSocket]) async throws -> [ListenerAddress]
    {
        try state.withLock { state in
            guard case .idle = state else { throw ListenerError.alreadyStarted }
            state = .starting
        }
        do {
            let channels = try await bind(addresses, sockets)
            configuration.logFindings()
            let isWanted = state.withLock { state in
                guard case .starting = state else { return false }
                state = .listening(channels)
                return true
            }
            if !isWanted { for channel in channels { await channel.close() } }
            return channels.map(\.address)
        } catch {
            state.withLock { $0 = .idle }
            throw error
        }
    }

    /// The first address that the listener is bound to; nil before the start and after the shutdown.
    public var address: ListenerAddress? { addresses.first }

    /// All addresses that the listener is bound to; none before the start and after the shutdown.
    public var addresses: [ListenerAddress] { listeningChannels.map(\.address) }

    /// The number of open connections.
    package var connectionCount: Int { registry.count }

    /// Listens until the task is cancelled, the service group shuts down gracefully or `shutdown()` is called.
    ///
    /// Logs the addresses at level `notice` if the listener was not started before. After `start()`, the caller has them.
    public func run() async throws {
        if addresses.isEmpty {
            try await start()
            for address in addresses {
                configuration.logger.notice("\(address.announcement(isPlain: configuration.isPlain))")
            }
        }
        let channels = listeningChannels
        guard let first = channels.first?.channel else { return }
        // If one of the sockets fails, the others are not left alone.
        let ended = first.eventLoop.makePromise(of: Void.self)
        for listening in channels { listening.channel.closeFuture.cascade(to: ended) }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await ended.futureResult.get()
        } onCancelOrGracefulShutdown: {
            self.stopAccepting(channels)
        }
        await shutdown()
    }

    /// Returns when every event loop of the listener has done a turn. Does not return while one of them is blocked.
    package func eventLoopsTurn() async throws {
        for loop in group.makeIterator() { try await loop.submit {}.get() }
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
    public func reload(_ configuration: HTTPSListenerConfiguration) throws { try reload { $0 = configuration } }

    /// Changes the configuration in force, for instance `{ $0.tls?.identity = renewed }`, and uses it as `reload(_:)` does.
    ///
    /// Reloads at the same time do not undo each other's changes.
    ///
    /// - Parameter change: runs again if another reload ends before it has returned. It can use the listener, but must not
    ///   reload it, which throws an error. If it throws, nothing changes.
    public func reload(_ change: (inout HTTPSListenerConfiguration) throws -> Void) throws {
        let former = try inForce.replace(change) { former, changed in
            try setup.reload(changed) { retired.withLock { changed.inheritEvidence(from: former, &$0) } }
            return former.reloaded(to: changed)
        }
        defer { withExtendedLifetime(former) {} }
        guard !former.isPlain else { return }
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
            if case .listening(let channels) = state { return channels }
            return []
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
        stopAccepting(listening)
        for listening in listening {
            try? await listening.channel.closeFuture.get()
            listening.removeFile()
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

    /// Tells the connections before the listening sockets close, so that they already know of the shutdown, then closes
    /// these.
    private func stopAccepting(_ channels: [ListeningChannel]) {
        announcement.add(registry.advance(to: .quiescing)) { connection in
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        for listening in channels { listening.channel.pipeline.fireUserInboundEventTriggered(StopAcceptingEvent()) }
    }

    private var listeningChannels: [ListeningChannel] {
        state.withLock { if case .listening(let channels) = $0 { channels } else { [] } }
    }

    private func bind(_ addresses: [ListenerAddress], _ sockets: [BoundSocket]) async throws -> [ListeningChannel] {
        let (limits, logger) = (limits, logger)
        // All listening channels have one event loop, so that they can share the limit of connections.
        let loop = group.next()
        let limit = try await loop.submit {
            let limit = ConnectionLimit(limit: limits.connections, whenFull: limits.whenFull, logger: logger)
            return NIOLoopBound(limit, eventLoop: loop)
        }.get()
        let bootstrap = ServerBootstrap(group: loop, childGroup: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // One connection at a time, so that the limit is exact, and clients that are refused do not fill a turn.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { [registry] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ConnectionLimitHandler(limit: limit.value, registry: registry)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: ReceiveBufferSize())
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
        return try await ListenerBinding(bootstrap: bootstrap).channels(addresses, sockets)
    }
}

/// The policy that a connection was accepted under has been replaced.
struct PolicyReplacedEvent: Sendable {}

/// Closes a connection at once, without waiting for its responses.
struct ForcedCloseEvent: Sendable {}
