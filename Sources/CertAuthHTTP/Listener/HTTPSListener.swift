// SPDX-License-Identifier: Apache-2.0
// A small HTTPS server that authenticates its clients by certificate.

import CertAuth
public import CertAuthTLS
public import NIOCore
public import NIOPosix
public import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A small HTTPS server that authenticates its clients by certificate before a handler sees their requests.
public final class HTTPSListener: Service {
    /// Answers one request.
    ///
    /// It begins on the thread of the connection's event loop, as the closures of the configuration do, so that an answer
    /// that needs no waiting costs no change of threads. It may await whatever it likes; what would block the thread
    /// itself belongs on a thread of its own (`NIOThreadPool`).
    public typealias Handler = @Sendable (ListenerRequest) async throws -> ListenerResponse

    private enum State {
        case idle
        case starting
        case listening(any Channel, ListenerAddress)
        case stopped
    }

    /// What the listener was made from.
    package let configuration: HTTPSListenerConfiguration
    private let setup: ConnectionSetup
    private let group: any EventLoopGroup
    private let registry = ConnectionRegistry()
    private let inForce: Mutex<HTTPSListenerConfiguration>
    /// What proxies left while no forwarding is configured.
    private let retired = Mutex<[EvidenceLegacy]>([])
    private let state = Mutex(State.idle)

    /// Checks the configuration; binds nothing yet.
    ///
    /// - Throws: `TLSConfigurationError` or `ListenerError` when the configuration cannot mean what it says.
    public init(
        configuration: HTTPSListenerConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        handler: @escaping Handler
    ) throws {
        try configuration.limits.check()
        self.configuration = configuration
        inForce = Mutex(configuration)
        group = eventLoopGroup
        setup = try ConnectionSetup(configuration: configuration, handler: handler)
    }

    /// Starts to listen.
    ///
    /// - Returns: the address it listens on, with the port that the system chose for port 0.
    /// - Throws: `ListenerError.alreadyStarted`, or the system's error when the address cannot be bound.
    @discardableResult
    public func start() async throws -> ListenerAddress {
        try state.withLock { state in
            guard case .idle = state else { throw ListenerError.alreadyStarted }
            state = .starting
        }
        do {
            let channel = try await bind()
            configuration.logFindings()
            let address = configuration.address.resolved(by: channel.localAddress)
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

    /// The address it listens on; nil before the start and after the end.
    public var address: ListenerAddress? {
        state.withLock { if case .listening(_, let address) = $0 { address } else { nil } }
    }

    /// How many connections are open.
    package var connectionCount: Int { registry.count }

    /// Listens until the task is cancelled, the service group shuts down gracefully or `shutdown()` is called.
    public func run() async throws {
        if address == nil { try await start() }
        guard let channel = listeningChannel else { return }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await channel.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            self.stopAccepting(channel)
        }
        await shutdown()
    }

    /// Serves under another TLS configuration, without a restart: identities, trust, lists, policies.
    ///
    /// The same as `reload(_:)` with everything else as it is.
    public func reload(tls configuration: TLSServerConfiguration) throws {
        var whole = inForce.withLock { $0 }
        whole.security = .tls(configuration)
        try reload(whole)
    }

    /// Serves under the security and the forwarding of another configuration, without a restart; address, limits, routes
    /// and everything else stay as they were at the start.
    ///
    /// All of it comes into force at once or, when an error is thrown, none of it. Requests in flight are answered
    /// under the policy they came under; every later one is judged by the new policy, or refused (421) on a connection
    /// that could not have been opened under it. With TLS, connections that had a request close when it is answered, idle
    /// ones at once; others may have their first request, within `limits.headerTimeout`, if the new policy could have
    /// opened them. Sessions of the old policies are not resumed.
    ///
    /// - Throws: `ListenerError.notReloadable` for TLS in place of none, and what the configuration is refused for.
    public func reload(_ configuration: HTTPSListenerConfiguration) throws {
        try inForce.withLock { inForce in
            retired.withLock { configuration.inheritEvidence(from: inForce, &$0) }
            try setup.reload(configuration)
            inForce = configuration
        }
        guard case .tls = configuration.security else { return }
        for connection in registry.channels {
            connection.pipeline.fireUserInboundEventTriggered(PolicyReplacedEvent())
        }
    }

    /// Stops accepting, answers the requests that clients have sent, then closes every connection.
    ///
    /// - Connections in the system's queue and in the handshake are taken up; later ones are refused.
    /// - HTTP/1.1: requests that have begun to arrive are answered; the last answer has `Connection: close`. A connection
    ///   between requests may have one more, within `limits.idleShutdownTimeout`.
    /// - HTTP/2: two GOAWAY frames (RFC 9113 section 6.8); all streams that the client opens before it has seen the first
    ///   are answered.
    ///
    /// Returns when all connections are closed, at the latest a quarter of a second after `limits.shutdownTimeout`.
    public func shutdown() async {
        let listening = state.withLock { state in
            defer { state = .stopped }
            if case .listening(let channel, let address) = state { return Optional((channel, address)) }
            return nil
        }
        let loop = group.next()
        let timeout = loop.scheduleTask(in: configuration.limits.shutdownTimeout) { [registry] in
            for connection in registry.advance(to: .closed) {
                connection.pipeline.fireUserInboundEventTriggered(ForcedCloseEvent())
            }
            loop.scheduleTask(in: Self.lastMoment) {
                for connection in registry.channels { Self.cut(connection) }
            }
        }
        if let (channel, address) = listening {
            stopAccepting(channel)
            try? await channel.closeFuture.get()
            if case .unixSocket(let path) = address { unlink(path) }
        } else {
            quiesceConnections()
        }
        let allClosed = loop.makePromise(of: Void.self)
        registry.notifyWhenEmpty(allClosed)
        try? await allClosed.futureResult.get()
        timeout.cancel()
        _ = registry.advance(to: .closed)
    }

    /// How long a client whose time is over may take to read the goodbye.
    private static let lastMoment = TimeAmount.milliseconds(250)

    /// Closes the socket without waiting for the client's goodbye.
    private static func cut(_ connection: any Channel) {
        connection.eventLoop.execute {
            let pipeline = connection.pipeline.syncOperations
            let tls = try? pipeline.context(handlerType: TLSServerHandler.self)
            (tls ?? (try? pipeline.context(handlerType: PlainClosingHandler.self)))?.close(promise: nil)
        }
    }

    /// Tells the connections, so that they know of the end when the listening socket closes, then closes it.
    private func stopAccepting(_ channel: any Channel) {
        quiesceConnections()
        channel.pipeline.fireUserInboundEventTriggered(StopAcceptingEvent())
    }

    private func quiesceConnections() {
        for connection in registry.advance(to: .quiescing) {
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    private var listeningChannel: (any Channel)? {
        state.withLock { if case .listening(let channel, _) = $0 { channel } else { nil } }
    }

    private func bind() async throws -> any Channel {
        let limit = configuration.limits.connections
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // One at a time, so that the limit is exact.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { [registry] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ConnectionLimitHandler(limit: limit, registry: registry)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [registry, setup] channel in
                channel.eventLoop.makeCompletedFuture {
                    try setup.install(in: channel)
                    // The event of a shutdown may have found no handlers.
                    switch registry.stage {
                    case .open: break
                    case .quiescing: channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                    case .closed: throw ChannelError.eof
                    }
                }
            }
        switch configuration.address {
        case .hostPort(let host, let port):
            return try await bootstrap.bind(host: host, port: port).get()
        case .unixSocket(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }
}

/// The policy that a connection was let in by is in force no more.
struct PolicyReplacedEvent: Sendable {}

/// Ends a connection at once, answered or not.
struct ForcedCloseEvent: Sendable {}
