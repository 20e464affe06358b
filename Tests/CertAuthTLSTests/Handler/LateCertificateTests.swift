// SPDX-License-Identifier: Apache-2.0
// Late certificates, step by step: what is accepted, when, and for how long.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

final class LateCertificateTests: XCTestCase {
    /// The result of a request for a certificate.
    private enum Answer: Equatable {
        case accepted(String), refused(FailureCode), declined, failed(LateCertificateError)
    }

    /// A request for a certificate that runs concurrently with the test.
    private final class PendingRequest: Sendable {
        private let answer = Mutex<Answer?>(nil)
        var result: Answer? { answer.withLock { $0 } }

        init(_ connection: ClientCertificateConnection) {
            Task {
                let answer: Answer
                do throws(LateCertificateError) {
                    switch try await connection.requestClientCertificate() {
                    case .success(let client)?: answer = .accepted(client.certificate.subject.rfc4514)
                    case .failure(let failure)?: answer = .refused(failure.code)
                    case .noResult?, nil: answer = .declined
                    }
                } catch {
                    answer = .failed(error)
                }
                self.answer.withLock { $0 = answer }
            }
        }
    }

    private func connected(
        _ identity: TestIdentity?,
        trusting authority: TestAuthority,
        _ version: TLSVersion,
        answers: Bool = true
    ) async throws -> (TestingPeer, ClientCertificateConnection) {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let peer = try await TestingPeer(
            authenticator: try CertificateAuthenticator(options: options),
            mode: .delayed,
            identity: identity,
            version: version,
            answersLateRequests: answers
        )
        try await peer.shakeHands()
        let connection = try await peer.channel.clientCertificateConnection().get()
        return (peer, try XCTUnwrap(connection))
    }

    /// Exchanges bytes, reading as the client, until the answer is available.
    private func answer(_ asking: PendingRequest, _ peer: TestingPeer) async throws -> Answer? {
        try await peer.waitUntil {
            _ = peer.clientReceives()
            return asking.result != nil
        }
        return asking.result
    }

    func test_an_accepted_certificate_holds_for_the_connection_and_is_not_asked_for_again() async throws {
        let authority = try TestAuthority("Client Root")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await connected(try authority.issue("alice"), trusting: authority, version)
            XCTAssertNil(connection.presentedChain)
            XCTAssertFalse(connection.facts.isLate)
            let first = try await answer(PendingRequest(connection), peer)
            XCTAssertEqual(first, .accepted("CN=alice"), "\(version)")
            XCTAssertNotNil(connection.presentedChain)
            XCTAssertTrue(connection.facts.isLate)
            _ = try await peer.exchangeBytes()
            let second = PendingRequest(connection)
            try await peer.waitUntil { second.result != nil }
            XCTAssertEqual(second.result, .accepted("CN=alice"))
            let hasSent = try await peer.exchangeBytes()
            XCTAssertFalse(hasSent, "the certificate is not requested again")
            try await peer.clientSends("still here")
            XCTAssertEqual(peer.recorder.entries.last, .plaintext("still here"))
        }
    }

    func test_a_decline_or_a_refusal_counts_for_only_one_request() async throws {
        let authority = try TestAuthority("Client Root")
        let cases: [(TestIdentity?, Answer)] = [
            (nil, .declined), (try TestAuthority("Stranger").issue("mallory"), .refused(.untrusted)),
            (try authority.issue("old", .expired), .refused(.expired)),
        ]
        for version in TLSVersion.allCases {
            for (identity, expected) in cases {
                let (peer, connection) = try await connected(identity, trusting: authority, version)
                for _ in 0..<2 {
                    let result = try await answer(PendingRequest(connection), peer)
                    XCTAssertEqual(result, expected, "\(version)")
                    XCTAssertNil(connection.presentedChain)
                }
                try await peer.clientSends("still here")
                XCTAssertEqual(peer.recorder.entries.last, .plaintext("still here"))
            }
        }
    }

    func test_a_certificate_that_arrives_after_a_reload_is_validated_by_the_policy_in_force() async throws {
        let authority = try TestAuthority("Client Root")
        let cases: [(name: String, expected: Answer)] = [
            ("revoked", .refused(.revoked)), ("untrusted", .refused(.untrusted)), ("same", .accepted("CN=alice")),
            ("mode", .failed(.policyReplaced)),
        ]
        for version in TLSVersion.allCases {
            for (name, expected) in cases {
                let alice = try authority.issue("alice")
                let options = { (authority: TestAuthority) throws in
                    var options = CertificateAuthenticationOptions(
                        trust: .custom(try TrustStore(certificates: [authority.anchor]))
                    )
                    options.revocationMode = .noCheck
                    return options
                }
                let server = try Server()
                var configuration = TLSServerConfiguration(
                    identity: server.identity,
                    authenticator: try CertificateAuthenticator(options: try options(authority)),
                    mode: .delayed
                )
                configuration.logger.logLevel = .critical
                let context = try TLSServerContext(configuration: configuration, hasRequestGate: true)
                let peer = try await TestingPeer(
                    authenticator: nil,
                    mode: .delayed,
                    identity: alice,
                    version: version,
                    answersLateRequests: true,
                    server: server,
                    context: context
                )
                try await peer.shakeHands()
                let found = try await peer.channel.clientCertificateConnection().get()
                let asking = PendingRequest(try XCTUnwrap(found))
                try await peer.waitUntil { peer.hasReceivedFromServer }
                let trusted = name == "untrusted" ? try TestAuthority("Other Root") : authority
                let next = try CertificateAuthenticator(options: try options(trusted))
                if name == "revoked" { next.revoke(try alice.certificate) }
                configuration.authenticator = next
                if name == "mode" { configuration.mode = .require }
                try context.reload(configuration)
                let answer = try await answer(asking, peer)
                XCTAssertEqual(answer, expected, "\(name) \(version)")
            }
        }
    }

    func test_plaintext_before_Finished_ends_the_connection() async throws {
        let authority = try TestAuthority("Client Root")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await connected(try authority.issue("alice"), trusting: authority, version)
            let asking = PendingRequest(connection)
            try await peer.waitUntil { peer.hasReceivedFromServer }
            try await peer.clientSends("GET /secure")
            try await peer.waitUntil { asking.result != nil }
            XCTAssertEqual(asking.result, .failed(.connectionEnded), "\(version)")
            XCTAssertNil(connection.presentedChain)
            XCTAssertTrue(peer.recorder.entries.contains(.error(.plaintextBeforeFinished)), "\(version)")
            XCTAssertFalse(peer.recorder.entries.contains(.plaintext("GET /secure")), "\(version)")
        }
    }

    func test_a_client_is_asked_once_at_a_time() async throws {
        let authority = try TestAuthority("Client Root")
        let (peer, connection) = try await connected(try authority.issue("alice"), trusting: authority, .tls13)
        let first = PendingRequest(connection)
        try await peer.waitUntil { peer.hasReceivedFromServer }
        let second = PendingRequest(connection)
        try await peer.waitUntil { second.result != nil }
        XCTAssertEqual(second.result, .failed(.alreadyAsking))
        XCTAssertNil(first.result)
        let result = try await answer(first, peer)
        XCTAssertEqual(result, .accepted("CN=alice"))
    }

    func test_an_answer_after_the_deadline_is_not_used() async throws {
        let authority = try TestAuthority("Client Root")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await connected(try authority.issue("alice"), trusting: authority, version)
            let asking = PendingRequest(connection)
            try await peer.waitUntil { peer.hasReceivedFromServer }
            await peer.channel.testingEventLoop.advanceTime(by: .seconds(59))
            XCTAssertNil(asking.result)
            await peer.channel.testingEventLoop.advanceTime(by: .seconds(1))
            try await peer.waitUntil { asking.result != nil }
            XCTAssertEqual(asking.result, .failed(.timedOut))
            while true {
                _ = peer.clientReceives()
                guard try await peer.exchangeBytes() else { break }
            }
            XCTAssertNil(connection.presentedChain, "\(version)")
            let later = PendingRequest(connection)
            try await peer.waitUntil { later.result != nil }
            XCTAssertEqual(later.result, .failed(.connectionEnded), "\(version)")
            XCTAssertFalse(peer.recorder.entries.contains(.plaintext("late")))
        }
    }

    func test_a_client_that_cannot_be_asked_is_refused_at_once_with_its_own_code() async throws {
        let authority = try TestAuthority("Client Root")
        for version in TLSVersion.allCases {
            let (peer, connection) = try await connected(
                try authority.issue("alice"),
                trusting: authority,
                version,
                answers: false
            )
            let result = try await answer(PendingRequest(connection), peer)
            XCTAssertEqual(result, .failed(.unsupportedByClient), "\(version)")
            guard version == .tls13 else { continue }
            try await peer.clientSends("still here")
            XCTAssertEqual(peer.recorder.entries.last, .plaintext("still here"))
        }
    }

    func test_a_connection_that_ends_fails_a_waiting_request_for_a_certificate() async throws {
        let authority = try TestAuthority("Client Root")
        let (peer, connection) = try await connected(try authority.issue("alice"), trusting: authority, .tls13)
        let asking = PendingRequest(connection)
        try await peer.waitUntil { peer.hasReceivedFromServer }
        await peer.cut()
        try await peer.waitUntil { asking.result != nil }
        XCTAssertEqual(asking.result, .failed(.connectionEnded))
    }

    func test_in_other_modes_no_client_is_asked() async throws {
        let authority = try TestAuthority("Client Root")
        let (peer, connection) = try await connected(nil, trusting: authority, .tls13)
        _ = (peer, connection)
        let other = try await TestingPeer(authenticator: nil, mode: .none, identity: try authority.issue("alice"))
        try await other.shakeHands()
        let found = try await other.channel.clientCertificateConnection().get()
        let asking = PendingRequest(try XCTUnwrap(found))
        try await other.waitUntil { asking.result != nil }
        XCTAssertEqual(asking.result, .declined)
        let hasSent = try await other.exchangeBytes()
        XCTAssertFalse(hasSent)
    }

    func test_a_late_handshake_that_names_another_server_is_fatal() throws {
        let first = ClientHello(serverName: "a.test", applicationProtocolOffer: [0, 3, 2, 104, 50])
        for isRenegotiation in [false, true] {
            XCTAssertTrue(first.repeats(first, isRenegotiation: isRenegotiation))
            let others = [
                ClientHello(serverName: "b.test", applicationProtocolOffer: first.applicationProtocolOffer),
                ClientHello(serverName: nil, applicationProtocolOffer: first.applicationProtocolOffer),
                ClientHello(serverName: "a.test", applicationProtocolOffer: [0, 3, 2, 104, 51]),
            ]
            for other in others { XCTAssertFalse(other.repeats(first, isRenegotiation: isRenegotiation)) }
        }
        let withoutProtocols = ClientHello(serverName: "a.test", applicationProtocolOffer: nil)
        XCTAssertTrue(withoutProtocols.repeats(first, isRenegotiation: true))
        XCTAssertFalse(withoutProtocols.repeats(first, isRenegotiation: false))
    }
}
