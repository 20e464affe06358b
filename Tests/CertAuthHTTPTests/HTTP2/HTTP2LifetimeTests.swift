// SPDX-License-Identifier: Apache-2.0
// HTTP/2 connections end when their client is no longer accepted: GOAWAY is sent, and requests in flight are answered.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import Synchronization
import XCTest

final class HTTP2LifetimeTests: XCTestCase {
    private func withPeers(
        grace: Duration = .seconds(10),
        handler: @escaping HTTPSListener.Handler = TestListener.subjectOfClient,
        _ body: (CertificateAuthenticator, _ bob: Certificate, HTTP2TestPeer, HTTP2TestPeer) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        let alice = try authority.issue("alice")
        let bob = try authority.issue("bob")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        for validation in ClientCertificateValidation.allCases {
            let authenticator = try CertificateAuthenticator(options: options)
            try await TestListener.withListener(
                authenticator: authenticator,
                customize: { configuration in
                    configuration.http2 = .all
                    configuration.withTLS {
                        $0.validation = validation
                        $0.limits.refusalGrace = grace
                    }
                },
                handler: handler
            ) { listener in
                try await listener.withHTTP2(listener.client(alice)) { kept in
                    try await listener.withHTTP2(listener.client(bob)) { ended in
                        try await body(authenticator, try bob.certificate, kept, ended)
                    }
                }
            }
        }
    }

    func test_an_idle_HTTP2_connection_sends_GOAWAY_when_its_client_is_revoked() async throws {
        try await withPeers { authenticator, bob, kept, ended in
            let first = try await kept.get("/", on: 1)
            XCTAssertEqual(first.text, "CN=alice")
            let second = try await ended.get("/", on: 1)
            XCTAssertEqual(second.text, "CN=bob")
            authenticator.revoke(bob)
            let end = try await ended.end()
            XCTAssertEqual(end, .closed(cleanly: true))
            XCTAssertEqual(ended.goAways.map(\.lastStream), [1])
            XCTAssertEqual(ended.goAways.map(\.errorCode), [HTTP2TestError.noError])
            let after = try await kept.get("/", on: 3)
            XCTAssertEqual(after.text, "CN=alice")
        }
    }

    func test_requests_in_flight_on_HTTP2_are_answered_within_the_grace_and_are_the_last() async throws {
        let gates = Mutex([Gate(), Gate()])
        try await withPeers(handler: { request in
            if request.path == "/slow" { await gates.withLock { $0[0] }.pass() }
            return try await TestListener.subjectOfClient(request)
        }) { authenticator, bob, _, ended in
            let gate = gates.withLock { $0[0] }
            _ = try await ended.get("/", on: 1)
            try await ended.send(.headers(3, HTTP2TestPeer.fields("/slow")))
            await gate.arrivals(1)
            authenticator.revoke(bob)
            let goAway = try await ended.goAway(isError: false)
            XCTAssertEqual(goAway.lastStream, 3)
            gate.open()
            let slow = try await ended.answer(on: 3)
            XCTAssertEqual(slow.text, "CN=bob")
            let end = try await ended.end()
            XCTAssertEqual(end, .closed(cleanly: true))
            gates.withLock { _ = $0.removeFirst() }
        }
    }

    func test_a_request_is_ended_after_the_grace_period() async throws {
        let gate = Gate()
        defer { gate.open() }
        try await withPeers(
            grace: .milliseconds(50),
            handler: { request in
                if request.path == "/slow" { await gate.pass() }
                return .text("")
            }
        ) { authenticator, bob, _, ended in
            _ = try await ended.get("/", on: 1)
            let arrived = gate.arrivalCount
            try await ended.send(.headers(3, HTTP2TestPeer.fields("/slow")))
            while gate.arrivalCount == arrived { await Task.yield() }
            authenticator.revoke(bob)
            let end = try await ended.end()
            XCTAssertEqual(end, .closed(cleanly: true))
            XCTAssertNil(ended.status(of: 3))
        }
    }
}
