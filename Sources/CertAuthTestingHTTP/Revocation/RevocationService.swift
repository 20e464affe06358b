// SPDX-License-Identifier: Apache-2.0

import CertAuth
public import CertAuthTesting
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Publishes an authority's revocation information over HTTP on a loopback port, with faults on demand: its CRL at
/// `/ca.crl`, OCSP by POST and GET at `/ocsp`, and its certificate at `/ca.cer`.
public final class RevocationService: Sendable {
    /// One request that the service received.
    package struct Request: Sendable, Hashable {
        /// `GET` or `POST`.
        package let method: String
        /// Path and query.
        package let path: String
        /// The header fields, with lower-case names.
        package let headers: [String: String]
    }

    struct State {
        var authority: TestAuthority
        var revoked: [RevokedCertificate] = []
        /// Serial numbers that OCSP reports as unknown.
        var unknownSerialNumbers: Set<[UInt8]> = []
        var listNumber = 1
        var list: PublishedList?
        var fault: RevocationFault?
        var requests: [Request] = []
        var connections = 0
    }

    struct RevokedCertificate {
        let identity: TestIdentity
        let date: Timestamp
        let reason: Int?
    }

    struct PublishedList {
        let derEncoded: [UInt8]
        let nextUpdate: Timestamp
        let entityTag: String
    }

    /// The port on 127.0.0.1.
    package let port: Int
    let state: Mutex<State>
    let stranger: TestAuthority
    let responder: TestIdentity?
    private let channel: Mutex<(any Channel)?> = Mutex(nil)

    /// Starts a service, passes it to `body`, and stops it.
    ///
    /// - Parameter responder: signs OCSP responses on behalf of the authority.
    public static func withService<Result>(
        of authority: TestAuthority,
        responder: TestIdentity? = nil,
        _ body: (RevocationService) async throws -> Result
    ) async throws -> Result {
        let service = try await RevocationService(authority: authority, responder: responder)
        do {
            let result = try await body(service)
            await service.stop()
            return result
        } catch {
            await service.stop()
            throw error
        }
    }

    /// Starts a service on a free port of 127.0.0.1.
    package init(authority: TestAuthority, responder: TestIdentity? = nil) async throws {
        state = Mutex(State(authority: authority))
        stranger = try TestAuthority("Stranger", clock: authority.clock)
        self.responder = responder
        let box = Mutex<RevocationService?>(nil)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 512)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let service = box.withLock({ $0 }) else { throw ChannelError.ioOnClosedChannel }
                    service.state.withLock { $0.connections += 1 }
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()),
                        RevocationServiceHandler(service: service)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        self.channel.withLock { $0 = channel }
        box.withLock { $0 = self }
    }

    /// Stops listening; open connections stay open.
    package func stop() async {
        let channel = channel.withLock { channel in
            defer { channel = nil }
            return channel
        }
        try? await channel?.close()
    }

    /// `http://127.0.0.1:<port>/ca.crl`
    package var listAddress: String { "http://127.0.0.1:\(port)/ca.crl" }
    /// `http://127.0.0.1:<port>/ocsp`
    package var responderAddress: String { "http://127.0.0.1:\(port)/ocsp" }
    /// `http://127.0.0.1:<port>/ca.cer`
    package var certificateAddress: String { "http://127.0.0.1:\(port)/ca.cer" }

    /// The fault of all responses from now on; nil for correct responses.
    public var fault: RevocationFault? {
        get { state.withLock { $0.fault } }
        set { state.withLock { $0.fault = newValue } }
    }

    /// All requests so far.
    package var requests: [Request] { state.withLock { $0.requests } }

    /// The number of connections so far.
    package var connectionCount: Int { state.withLock { $0.connections } }

    /// Revokes `identity`. OCSP reports it at once, the CRL once the current one expires or `publish()` is called.
    public func revoke(_ identity: TestIdentity, reason: Int? = nil) {
        state.withLock { state in
            let date = state.authority.clock.now()
            state.revoked.append(RevokedCertificate(identity: identity, date: date, reason: reason))
        }
    }

    /// Makes OCSP report `identity` as unknown.
    package func reportUnknown(_ identity: TestIdentity) {
        state.withLock { _ = $0.unknownSerialNumbers.insert(identity.serialNumber) }
    }

    /// Withdraws all revocations.
    package func restore() { state.withLock { $0.revoked = [] } }

    /// Replaces the CRL by a new one.
    package func publish() {
        state.withLock { state in
            state.listNumber += 1
            state.list = nil
        }
    }

    /// Returns a client profile whose certificate names this service.
    public func profile(lists: Bool = true, responder: Bool = false) -> LeafProfile {
        let (listAddress, responderAddress) = (listAddress, responderAddress)
        return .client.and { template, _ in
            if lists { template.extensions.replace(.crlDistributionPoints([[.uri(listAddress)]])) }
            if responder { template.extensions.replace(.authorityInformationAccess(ocsp: [responderAddress])) }
        }
    }
}
