// SPDX-License-Identifier: Apache-2.0
// Validation in the handshake when evidence must be fetched: after Finished, before the first plaintext.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

final class HandshakeEvidenceTests: XCTestCase {
    private struct Scene {
        let world: SessionWorld
        let bob: TestIdentity
        let source = GatedSource()
        let judge: CertificateAuthenticator

        /// - Parameter readings: counts the readings of the policy's clock.
        init(events: CertificateAuthenticationEvents = .init(), readings: ReadingCounter? = nil) throws {
            world = try SessionWorld()
            bob = try world.authority.issue("bob") {
                $0.extensions.append(.crlDistributionPoints([[.uri("http://crl.test/root.crl")]]))
            }
            let clock = world.clock.verificationClock
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [world.authority.anchor]))
            )
            options.revocationFlag = .endCertificateOnly
            options.clock = VerificationClock {
                readings?.count.withLock { $0 += 1 }
                return clock.now()
            }
            judge = try CertificateAuthenticator(
                options: options,
                events: events,
                revocationGatherer: RevocationGatherer(
                    fetcher: source,
                    clock: clock,
                    logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
                )
            )
        }

        func peer(
            _ version: TLSVersion,
            customize: @escaping (inout TLSServerConfiguration) -> Void = { _ in }
        ) async throws -> TestingPeer {
            try await TestingPeer(
                authenticator: judge,
                mode: .require,
                identity: bob,
                version: version,
                server: world.server,
                customize: customize
            )
        }

        func list(revoked: [TestIdentity] = []) throws -> [UInt8] {
            try world.authority.revocationList(revoked: revoked).derEncoded
        }
    }

    func test_evidence_is_fetched_after_Finished_and_before_the_first_plaintext() async throws {
        for version in TLSVersion.allCases {
            let scene = try Scene()
            let peer = try await scene.peer(version)
            try await peer.shakeHands()
            XCTAssertTrue(peer.client.isHandshakeComplete, "\(version)")
            try await peer.clientSends("GET /")
            try await peer.waitUntil { scene.source.isAsked }
            XCTAssertEqual(peer.recorder.entries, [], "\(version): nothing is released while the list is on its way")
            let isKnown = try await peer.hasConnection()
            XCTAssertFalse(isKnown)
            scene.source.answer(try scene.list())
            try await peer.waitUntil { peer.recorder.entries.count == 3 }
            XCTAssertEqual(
                peer.recorder.entries,
                [.connection(hasChain: true), .handshakeCompleted(nil), .plaintext("GET /")],
                "\(version)"
            )
        }
    }

    func test_a_revocation_that_is_fetched_closes_with_close_notify_and_one_that_is_held_is_an_alert() async throws {
        for version in TLSVersion.allCases {
            let scene = try Scene()
            let first = try await scene.peer(version)
            try await first.shakeHands()
            try await first.clientSends("GET /")
            try await first.waitUntil { scene.source.isAsked }
            scene.source.answer(try scene.list(revoked: [scene.bob]))
            try await first.waitUntil { !first.recorder.entries.isEmpty }
            guard case .certificateRefused(.revoked, _, alert: nil)? = first.recorder.errors.first else {
                return XCTFail("\(version): \(first.recorder.entries)")
            }
            XCTAssertEqual(first.recorder.entries.filter { $0 != .inactive }.count, 1, "\(version): no plaintext")
            try await first.exchangeBytes()
            let heard = first.clientReceives()
            XCTAssertEqual(heard.outcome, .closed, "\(version)")
            XCTAssertEqual(heard.text, "", "\(version)")
            let second = try await scene.peer(version)
            try await second.shakeHands()
            guard case .certificateRefused(.revoked, _, alert: "certificate_revoked")? = second.recorder.errors.first
            else {
                return XCTFail("\(version): \(second.recorder.entries)")
            }
            _ = second.clientReceives()
            XCTAssertEqual(second.client.receivedAlert, .certificateRevoked, "\(version)")
        }
    }

    func test_a_source_that_fails_denies_after_Finished() async throws {
        let scene = try Scene()
        let peer = try await scene.peer(.tls13)
        try await peer.shakeHands()
        try await peer.waitUntil { scene.source.isAsked }
        scene.source.answer(nil)
        try await peer.waitUntil { !peer.recorder.entries.isEmpty }
        guard case .certificateRefused(.revocationUnknown, _, alert: nil)? = peer.recorder.errors.first else {
            return XCTFail("\(peer.recorder.entries)")
        }
        try await peer.exchangeBytes()
        XCTAssertEqual(peer.clientReceives().outcome, .closed)
    }

    func test_the_handshakes_deadline_covers_the_fetching() async throws {
        let scene = try Scene()
        let peer = try await scene.peer(.tls13)
        try await peer.shakeHands()
        try await peer.waitUntil { scene.source.isAsked }
        await peer.channel.testingEventLoop.advanceTime(by: .seconds(60))
        try await peer.exchangeBytes()
        XCTAssertEqual(peer.recorder.errors, [.timedOut])
        XCTAssertEqual(peer.clientReceives().outcome, .closed)
        scene.source.answer(nil)
    }

    func test_no_more_than_the_limit_is_held_while_evidence_is_fetched() async throws {
        let scene = try Scene()
        let peer = try await scene.peer(.tls13) { $0.limits.heldBytes = 1_000 }
        try await peer.shakeHands()
        try await peer.waitUntil { scene.source.isAsked }
        try await peer.clientSends(String(repeating: "x", count: 2_000))
        XCTAssertEqual(peer.recorder.errors, [.tooMuchHeldData(limit: 1_000)])
        scene.source.answer(nil)
    }

    func test_no_session_is_issued_before_the_fetched_verdict() async throws {
        for kind in SessionKind.allCases {
            let scene = try Scene()
            let (tickets, cache) = (try scene.world.sharedTickets(), try scene.world.cache())
            let configure: (inout TLSServerConfiguration) -> Void = {
                $0.sessionTickets = tickets
                $0.sessionCache = cache
            }
            let peer = try await scene.peer(kind.version, customize: configure)
            try await peer.shakeHands()
            try await peer.waitUntil { scene.source.isAsked }
            _ = peer.clientReceives()
            XCTAssertNil(peer.client.resumableSession, kind.rawValue)
            XCTAssertEqual(cache.count, 0, kind.rawValue)
            scene.source.answer(try scene.list())
            try await peer.waitUntil { !peer.recorder.entries.isEmpty }
            try await peer.exchangeBytes()
            _ = peer.clientReceives()
            // After Finished, TLS 1.2 has no message for a ticket.
            XCTAssertEqual(peer.client.resumableSession != nil, kind == .ticket13, kind.rawValue)
            let warm = try await scene.world.connect(
                kind,
                scene.judge,
                tickets,
                cache,
                identity: scene.bob
            )
            XCTAssertNotNil(warm.session, "\(kind.rawValue): the CRL is stored now")
            let resumed = try await scene.world.connect(kind, scene.judge, tickets, cache, session: warm.session)
            XCTAssertTrue(resumed.isResumed, kind.rawValue)
        }
    }

    func test_the_presented_chain_is_the_bytes_that_the_client_sent() async throws {
        for version in TLSVersion.allCases {
            for (mode, validation) in [
                (ClientCertificateMode.require, ClientCertificateValidation.handshake), (.allow, .request),
            ] {
                let world = try SessionWorld()
                let peer = try await TestingPeer(
                    authenticator: world.authenticator(),
                    mode: mode,
                    validation: validation,
                    identity: world.alice,
                    version: version,
                    server: world.server
                )
                try await peer.shakeHands()
                try await peer.waitUntil { !peer.recorder.entries.isEmpty }
                let connection = try await peer.channel.clientCertificateConnection().get()
                XCTAssertEqual(connection?.presentedChain?.derEncoded, world.alice.chain, "\(version), \(mode)")
            }
        }
    }

    /// The connection uses the callback's verdict: before the hook runs, the clock is read once for the verdict and
    /// once more to check that the verdict is still valid.
    func test_the_handshakes_verdict_is_not_made_twice() async throws {
        for version in TLSVersion.allCases {
            let readings = ReadingCounter()
            let readingsBeforeHook = ReadingCounter()
            let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
                readingsBeforeHook.count.withLock { $0 = readings.count.withLock { $0 } }
                return .success(context.principal)
            })
            let scene = try Scene(events: events, readings: readings)
            scene.judge.revocationEvidence = RevocationEvidence(
                revocationLists: [try CertificateRevocationList(derEncoded: scene.list())]
            )
            let peer = try await scene.peer(version)
            readings.count.withLock { $0 = 0 }
            try await peer.shakeHands()
            try await peer.waitUntil { !peer.recorder.entries.isEmpty }
            XCTAssertEqual(peer.recorder.entries.first, .connection(hasChain: true))
            XCTAssertEqual(readingsBeforeHook.count.withLock { $0 }, 2, "\(version)")
            XCTAssertFalse(scene.source.isAsked)
        }
    }
}

/// A counter.
private final class ReadingCounter: Sendable {
    let count = Mutex(0)
}

/// A source of lists that answers when the test tells it to.
private final class GatedSource: RevocationFetcher {
    private enum State {
        case idle
        case asked(CheckedContinuation<[UInt8]?, Never>)
        case answered([UInt8]?)
    }

    let policy: RevocationFetchPolicy
    private let state = Mutex(State.idle)

    init() {
        var policy = RevocationFetchPolicy()
        policy.allowedHosts = ["crl.test"]
        policy.deadline = .seconds(60)
        self.policy = policy
    }

    var isAsked: Bool { state.withLock { if case .idle = $0 { false } else { true } } }

    /// Answers the waiting request; nil if the address cannot be reached.
    func answer(_ bytes: [UInt8]?) {
        let waiting = state.withLock { state in
            defer { state = .answered(bytes) }
            if case .asked(let continuation) = state { return Optional(continuation) }
            return nil
        }
        waiting?.resume(returning: bytes)
    }

    func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse {
        let bytes = await withCheckedContinuation { continuation in
            let known = state.withLock { state -> [UInt8]?? in
                if case .answered(let bytes) = state { return .some(bytes) }
                state = .asked(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
        guard let bytes else { throw .unreachable(url: "http://crl.test/root.crl", reason: "told so") }
        return RevocationFetchResponse(content: .body(bytes), url: request.url)
    }
}
