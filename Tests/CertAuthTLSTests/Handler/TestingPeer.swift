// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import NIOTLS
import Synchronization
import XCTest

/// A server's handler in a testing channel and a TLS client, joined in memory and advanced one step at a time.
final class TestingPeer {
    let channel = NIOAsyncTestingChannel()
    let client: TLSConnection
    let recorder = Recorder()

    init(
        authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode,
        validation: ClientCertificateValidation = .handshake,
        identity: TestIdentity?,
        version: TLSVersion = .tls13,
        serverName: String? = "localhost",
        offering protocols: [String] = [],
        answersLateRequests: Bool = false,
        takesTickets: Bool = true,
        bindsMasterSecret: Bool = true,
        server: Server? = nil,
        session: TLSSession? = nil,
        signatureAlgorithms: String? = nil,
        asksForStaple: Bool = false,
        context given: TLSServerContext? = nil,
        customize: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws {
        let server = try server ?? Server()
        var configuration = TLSServerConfiguration(
            identity: server.identity,
            authenticator: authenticator,
            mode: mode
        )
        configuration.validation = validation
        configuration.logger.logLevel = .critical
        customize(&configuration)
        let context =
            try given
            ?? TLSServerContext(
                configuration: configuration,
                hasRequestGate: validation == .request || mode == .delayed
            )
        var settings = TLSClientSettings(trustedRoots: [try X509Certificate(der: server.authority.anchorDER)])
        settings.minimumVersion = version
        settings.maximumVersion = version
        settings.answersLateRequests = answersLateRequests
        settings.applicationProtocols = protocols
        settings.takesTickets = takesTickets
        settings.bindsMasterSecret = bindsMasterSecret
        settings.signatureAlgorithms = signatureAlgorithms
        if let identity {
            let chain = try identity.chain.map { try X509Certificate(der: $0) }
            settings.identity = TLSIdentity(chain: chain, key: identity.key.handle)
        }
        client = try TLSConnection(context: TLSContext(client: settings))
        try client.expectServer(sentName: serverName, checkedName: "localhost")
        try client.offerApplicationProtocols()
        if asksForStaple { try client.requestStapledResponse() }
        if let session { try client.offer(session) }
        try await channel.testingEventLoop.executeInContext { [channel, recorder] in
            try channel.pipeline.syncOperations.addHandlers(TLSServerHandler(context: context), recorder)
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1))
    }

    /// Exchanges bytes until neither side has any to send. Returns the client's last outcome.
    @discardableResult
    func shakeHands() async throws -> TLSOutcome {
        while true {
            let outcome = client.handshake()
            guard try await exchangeBytes() else { return outcome }
        }
    }

    /// Exchanges the available bytes in both directions. Returns whether there were any.
    @discardableResult
    func exchangeBytes() async throws -> Bool {
        let toServer = client.takeUnsent()
        // The recorder reports errors at the end of the pipeline.
        if !toServer.isEmpty { _ = try? await channel.writeInbound(ByteBuffer(bytes: toServer)) }
        await channel.testingEventLoop.run()
        var isBusy = !toServer.isEmpty
        while let bytes = try await channel.readOutbound(as: ByteBuffer.self) {
            isBusy = true
            client.receive(bytes.readableBytesSpan)
        }
        return isBusy
    }

    func clientSends(_ text: String) async throws {
        _ = client.write(Array(text.utf8)[...])
        try await exchangeBytes()
    }

    /// Whether bytes from the server are waiting for the client to read.
    var hasReceivedFromServer: Bool { client.unreadCount > 0 }

    /// Closes the client's side of the transport, then the channel.
    func close() async throws {
        try await channel.testingEventLoop.executeInContext { [channel] in
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        _ = try? await channel.finish()
    }

    /// Ends the channel as a lost connection does.
    func cut() async {
        _ = try? await channel.testingEventLoop.executeInContext { [channel] in
            channel.pipeline.fireChannelInactive()
        }
    }

    /// Whether the handler has an admitted client.
    func hasConnection() async throws -> Bool {
        do {
            return try await channel.clientCertificateConnection().get() != nil
        } catch ChannelPipelineError.notFound {
            // The pipeline of a closed channel is empty.
            return false
        }
    }

    /// What the client receives: plaintext, or how the connection ended.
    func clientReceives() -> (text: String, outcome: TLSOutcome) {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let outcome = client.read(into: &buffer)
            guard case .complete(let count) = outcome else { return (String(decoding: text, as: UTF8.self), outcome) }
            text += buffer.prefix(count)
        }
    }

    /// Runs the event loop until `condition` is true; hooks run on other threads.
    func waitUntil(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            guard ContinuousClock.now < deadline else {
                XCTFail("nothing happened")
                return
            }
            await Task.yield()
            try await exchangeBytes()
        }
    }
}

extension TestIdentity {
    /// The same as a server's identity.
    func server(stapling response: [UInt8]? = nil) throws -> ServerIdentity {
        var identity = try ServerIdentity(certificatePEM: chainPEM(), keyPEM: privateKeyPEM())
        identity.stapledOCSPResponse = try response.map { try OCSPResponse(derEncoded: $0) }
        return identity
    }
}

/// A server's certificate that several connections can use.
struct Server {
    let authority: TestAuthority
    let identity: ServerIdentity

    init(_ authority: TestAuthority, _ identity: ServerIdentity) {
        self.authority = authority
        self.identity = identity
    }

    init() throws {
        authority = try TestAuthority("Server Root")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
    }
}

/// All events from the TLS handler, in order.
final class Recorder: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    enum Entry: Equatable {
        case connection(hasChain: Bool)
        case handshakeCompleted(String?)
        case shutdownCompleted
        case plaintext(String)
        case error(TLSServerError)
        case refused
        case inactive
    }

    private let recorded = Mutex<[Entry]>([])
    private let claims = Mutex(0)
    private let lastRefusal = Mutex<ClientRefusal?>(nil)

    /// From now on, so many handlers have requests in flight.
    func takeGrace(_ count: Int = 1) { claims.withLock { $0 = count } }

    private let duringRefusal = Mutex<(@Sendable (ClientRefusal) -> Void)?>(nil)

    /// Calls `action` while a refusal is handled.
    func onRefusal(_ action: @escaping @Sendable (ClientRefusal) -> Void) { duringRefusal.withLock { $0 = action } }

    /// The last refusal that was announced.
    var refusal: ClientRefusal? { lastRefusal.withLock { $0 } }

    var entries: [Entry] { recorded.withLock { $0 } }

    private func record(_ entry: Entry) { recorded.withLock { $0.append(entry) } }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let connection as ClientCertificateConnection:
            record(.connection(hasChain: connection.presentedChain != nil))
        case TLSUserEvent.handshakeCompleted(let negotiated) as TLSUserEvent:
            record(.handshakeCompleted(negotiated))
        case TLSUserEvent.shutdownCompleted as TLSUserEvent:
            record(.shutdownCompleted)
        case let refusal as ClientRefusal:
            record(.refused)
            lastRefusal.withLock { $0 = refusal }
            for _ in 0..<claims.withLock({ $0 }) { refusal.finishRequests() }
            duringRefusal.withLock { $0 }?(refusal)
        default: break
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        record(.plaintext(String(buffer: unwrapInboundIn(data))))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? TLSServerError { record(.error(error)) }
    }

    func channelInactive(context: ChannelHandlerContext) { record(.inactive) }
}
