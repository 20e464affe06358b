// SPDX-License-Identifier: Apache-2.0
// While a session is coded, its thread has another default library context, which only OpenSSL may observe.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class SessionCodingTests: XCTestCase {
    /// What was observed within a handshake.
    private final class Observations {
        var decisions = 0
        var isResumed = false
    }

    private struct World {
        let server: TLSIdentity
        let roots: [X509Certificate]
        let client: TLSIdentity
        let clientRoot: X509Certificate

        init() throws {
            let authority = try TestAuthority("Root")
            let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
            let client = try authority.issue("alice")
            self.server = try Self.identity(server)
            self.client = try Self.identity(client)
            roots = [try X509Certificate(der: authority.anchorDER)]
            clientRoot = roots[0]
        }

        private static func identity(_ identity: TestIdentity) throws -> TLSIdentity {
            TLSIdentity(chain: try identity.chain.map { try X509Certificate(der: $0) }, key: identity.key.handle)
        }

        func context(key: TicketKey?) throws -> TLSContext {
            var settings = TLSServerSettings(identity: server)
            settings.request = .required
            settings.sessionIDContext = [1]
            settings.issuesEarlyTickets = true
            settings.ticketKeyring = TicketKeyring {
                XCTAssertFalse(LibraryContextOverride.isReplaced, "while a key is asked for")
                return key
            } named: { name in
                XCTAssertFalse(LibraryContextOverride.isReplaced, "while a key is asked for")
                return name == key?.name ? key : nil
            }
            return try TLSContext(server: settings)
        }
    }

    /// One connection: a full or resumed handshake and, on TLS 1.3, a ticket after it.
    private func connect(
        _ world: World,
        _ context: TLSContext,
        version: TLSVersion,
        session: TLSSession?,
        accepts: Bool = true
    ) throws -> (session: TLSSession?, sightings: Observations) {
        let sightings = Observations()
        let server = try TLSConnection(context: context)
        server.chainDecision = { _ in .accept }
        server.sessionDecision = { _, contents in
            XCTAssertFalse(LibraryContextOverride.isReplaced, "while a session is validated")
            XCTAssertEqual(contents, [7])
            sightings.decisions += 1
            return accepts
        }
        server.earlyTicket = {
            XCTAssertFalse(LibraryContextOverride.isReplaced, "while it is said what a ticket holds")
            return [7]
        }
        var settings = TLSClientSettings(trustedRoots: world.roots)
        settings.minimumVersion = version
        settings.maximumVersion = version
        settings.identity = world.client
        let client = try TLSConnection(context: TLSContext(client: settings))
        try client.expectServer(sentName: "localhost", checkedName: "localhost")
        if let session { try client.offer(session) }
        while true {
            _ = client.handshake()
            let toServer = client.takeUnsent()
            server.receive(toServer)
            XCTAssertNotEqual(outcomeKind(server.handshake()), "failed")
            XCTAssertFalse(LibraryContextOverride.isReplaced, "behind a step of the handshake")
            let toClient = server.takeUnsent()
            client.receive(toClient)
            if toServer.isEmpty, toClient.isEmpty { break }
        }
        XCTAssertTrue(server.hasCompletedHandshake)
        sightings.isResumed = server.isResumed
        if version == .tls13 {
            try server.issueTicket(contents: [7])
            XCTAssertFalse(LibraryContextOverride.isReplaced, "behind a ticket")
            client.receive(server.takeUnsent())
            var buffer = [UInt8](repeating: 0, count: 100)
            _ = client.read(into: &buffer)
        }
        let kept = client.resumableSession
        _ = client.sendCloseNotify()
        return (kept, sightings)
    }

    private func outcomeKind(_ outcome: TLSOutcome) -> String {
        if case .failed = outcome { "failed" } else { "other" }
    }

    private func key(_ label: UInt8) throws -> TicketKey { try TicketKey(secret: [1, 2, 3], label: [label]) }

    func test_tickets_are_issued_and_accepted_and_the_thread_has_its_context_back() throws {
        let world = try World()
        for version in TLSVersion.allCases {
            let context = try world.context(key: key(1))
            let first = try connect(world, context, version: version, session: nil)
            XCTAssertFalse(first.sightings.isResumed)
            let second = try connect(world, context, version: version, session: XCTUnwrap(first.session))
            XCTAssertTrue(second.sightings.isResumed, "\(version)")
            XCTAssertEqual(second.sightings.decisions, 1)
        }
    }

    func test_the_thread_has_its_context_back_if_a_ticket_is_refused_or_cannot_be_opened() throws {
        let world = try World()
        for version in TLSVersion.allCases {
            let first = try connect(world, try world.context(key: key(1)), version: version, session: nil)
            let session = try XCTUnwrap(first.session)
            let refused = try connect(
                world,
                try world.context(key: key(1)),
                version: version,
                session: session,
                accepts: false
            )
            XCTAssertFalse(refused.sightings.isResumed)
            XCTAssertEqual(refused.sightings.decisions, 1)
            let foreign = try connect(world, try world.context(key: key(2)), version: version, session: session)
            XCTAssertFalse(foreign.sightings.isResumed)
            XCTAssertEqual(foreign.sightings.decisions, 0)
        }
    }

    func test_tickets_are_the_same_with_tuning_and_without() throws {
        let world = try World()
        for version in TLSVersion.allCases {
            let contexts = try [true, false].map { isOn in
                try Tuning.with(isOn: isOn) { try world.context(key: key(1)) }
            }
            for isMadeTuned in [true, false] {
                let session = try Tuning.with(isOn: isMadeTuned) {
                    try connect(world, contexts[isMadeTuned ? 0 : 1], version: version, session: nil).session
                }
                for isTakenTuned in [true, false] {
                    let second = try Tuning.with(isOn: isTakenTuned) {
                        try connect(
                            world,
                            contexts[isTakenTuned ? 0 : 1],
                            version: version,
                            session: XCTUnwrap(session)
                        )
                    }
                    XCTAssertTrue(second.sightings.isResumed, "\(version)")
                }
            }
        }
    }
}
