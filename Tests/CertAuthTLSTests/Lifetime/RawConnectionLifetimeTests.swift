// SPDX-License-Identifier: Apache-2.0
// Connections without HTTP: each ends when its client is no longer accepted, and its twin stays open.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

final class RawConnectionLifetimeTests: XCTestCase {
    func test_a_raw_TLS_connection_is_closed_when_its_certificate_expires() async throws {
        for version in TLSVersion.allCases {
            let scene = try LifetimeScene(bobEnds: 60)
            let authenticator = try scene.authenticator()
            let bob = try await scene.open(scene.bob, authenticator, version: version)
            let alice = try await scene.open(scene.alice, authenticator, version: version)
            scene.clock.advance(by: .seconds(60))
            try await bob.pass(.seconds(60))
            try await bob.assertOpen("at its last moment")
            scene.clock.advance(by: .seconds(1))
            try await bob.pass(.seconds(1))
            try await alice.pass(.seconds(61))
            try await bob.assertClosed("\(version)")
            try await alice.assertOpen("\(version)")
        }
    }

    func test_a_verdict_with_a_distant_end_is_checked_periodically_by_the_wall_clock() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let peer = try await scene.open(scene.alice, authenticator)
        try await peer.pass(.hours(1))
        try await peer.assertOpen()
        scene.clock.advance(by: .seconds(2 * 365 * 86_400))
        try await peer.pass(.minutes(10))
        try await peer.assertClosed()
    }

    func test_explicit_revoke_ends_only_the_open_connection_of_that_certificate() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let bob = try await scene.open(scene.bob, authenticator)
        let alice = try await scene.open(scene.alice, authenticator)
        authenticator.revoke(try scene.bob.certificate)
        try await bob.assertClosed()
        try await alice.assertOpen()
        XCTAssertEqual(scene.calls.count("CN=alice"), 1, "no other client was validated again")
        authenticator.reinstate(try scene.bob.certificate)
        try await scene.open(scene.bob, authenticator).assertOpen()
    }

    func test_a_cleared_verdict_is_made_again_and_the_hook_may_refuse() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let bob = try await scene.open(scene.bob, authenticator)
        let alice = try await scene.open(scene.alice, authenticator)
        scene.calls.refuse("CN=bob")
        let scopes: [InvalidationScope] = [.certificate(try scene.alice.certificate), .everything]
        for (round, scope) in scopes.enumerated() {
            authenticator.invalidate(scope)
            try await alice.waitUntil { scene.calls.count("CN=alice") == round + 2 }
            try await alice.assertOpen()
            if round == 0 { try await bob.assertOpen("not meant") }
        }
        try await bob.assertClosed()
    }

    func test_a_new_CRL_ends_the_open_connection_of_the_client_it_revokes() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator(revoked: [])
        let bob = try await scene.open(scene.bob, authenticator)
        let alice = try await scene.open(scene.alice, authenticator)
        authenticator.revocationEvidence = try scene.lists(revoking: [scene.bob], number: 2)
        try await bob.assertClosed()
        try await alice.waitUntil { scene.calls.count("CN=alice") == 2 }
        try await alice.assertOpen()
    }

    func test_removed_trust_ends_the_open_connections_that_depend_on_it() async throws {
        let scene = try LifetimeScene()
        let other = try TestAuthority("Other Root", clock: scene.clock.verificationClock)
        let anchors = Mutex([try scene.authority.anchor, try other.anchor])
        let source = try TrustSource { () throws(TrustStoreError) in
            try TrustStore(certificates: anchors.withLock { $0 })
        }
        let authenticator = try scene.authenticator(trust: .reloadable(source))
        let bob = try await scene.open(scene.bob, authenticator)
        let carol = try await scene.open(try other.issue("carol"), authenticator)
        let remaining = try other.anchor
        anchors.withLock { $0 = [remaining] }
        source.reload()
        try await bob.assertClosed()
        try await carol.waitUntil { scene.calls.count("CN=carol") == 2 }
        try await carol.assertOpen()
    }

    func test_a_reload_without_HTTP_validates_open_connections_by_the_new_policy() async throws {
        let scene = try LifetimeScene()
        let other = try TestAuthority("Other Root", clock: scene.clock.verificationClock)
        let server = try Server()
        let both = try TrustStore(certificates: [scene.authority.anchor, other.anchor])
        var configuration = TLSServerConfiguration(
            identity: server.identity,
            authenticator: try scene.authenticator(trust: .custom(both))
        )
        configuration.logger.logLevel = .critical
        let context = try TLSServerContext(configuration: configuration)
        let bob = try await scene.open(scene.bob, nil, served: (server, context))
        let carol = try await scene.open(try other.issue("carol"), nil, served: (server, context))
        configuration.authenticator = try scene.authenticator(
            trust: .custom(TrustStore(certificates: [other.anchor]))
        )
        try context.reload(configuration)
        try await bob.assertClosed()
        try await carol.waitUntil { scene.calls.count("CN=carol") == 2 }
        try await carol.assertOpen()
        configuration.authenticator?.revoke(try other.issue("dora").certificate)
        try await carol.assertOpen()
        configuration.mode = .allow
        try context.reload(configuration)
        try await carol.assertClosed("it was opened under another mode")
    }

    func test_a_late_certificate_is_observed_too() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let peer = try await scene.open(scene.bob, authenticator, mode: .delayed)
        let connection = try await peer.channel.clientCertificateConnection().get()
        let answer = Mutex<String?>(nil)
        Task {
            let result = try? await connection?.requestClientCertificate()
            answer.withLock { $0 = result?.refusalCode?.rawValue ?? "success" }
        }
        try await peer.waitUntil {
            _ = peer.clientReceives()
            return answer.withLock { $0 } != nil
        }
        XCTAssertEqual(answer.withLock { $0 }, "success")
        try await peer.assertOpen()
        authenticator.revoke(try scene.bob.certificate)
        try await peer.assertClosed()
    }

    func test_an_anonymous_client_is_never_validated_again() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let peer = try await scene.open(nil, authenticator, mode: .allow)
        authenticator.invalidate()
        scene.clock.advance(by: .seconds(10 * 365 * 86_400))
        try await peer.pass(.hours(48))
        try await peer.assertOpen()
    }

    func test_requests_in_flight_have_exactly_the_grace_period() async throws {
        for grace in [TimeAmount.seconds(5), .zero] {
            let scene = try LifetimeScene()
            let authenticator = try scene.authenticator()
            let peer = try await scene.open(scene.bob, authenticator) { $0.limits.refusalGrace = Duration(grace) }
            peer.recorder.takeGrace()
            authenticator.revoke(try scene.bob.certificate)
            try await peer.waitUntil { peer.recorder.entries.contains(.refused) }
            if grace > .zero {
                try await peer.pass(grace - .nanoseconds(1))
                XCTAssertEqual(peer.clientReceives().outcome, .wantsMoreInput)
                try await peer.channel.writeAndFlush(ByteBuffer(string: "the last answer"))
                try await peer.exchangeBytes()
                XCTAssertEqual(peer.clientReceives().text, "the last answer")
                try await peer.pass(.nanoseconds(1))
            }
            try await peer.assertClosed("\(grace)")
        }
    }

    func test_the_grace_period_ends_with_the_last_request_in_flight() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let peer = try await scene.open(scene.bob, authenticator)
        peer.recorder.takeGrace(2)
        authenticator.revoke(try scene.bob.certificate)
        try await peer.waitUntil { peer.recorder.entries.contains(.refused) }
        let refusal = try XCTUnwrap(peer.recorder.refusal)
        refusal.requestsDidFinish()
        try await peer.pass(.milliseconds(1))
        XCTAssertEqual(peer.clientReceives().outcome, .wantsMoreInput, "one handler still has requests in flight")
        try await peer.channel.writeAndFlush(ByteBuffer(string: "the last answer"))
        refusal.requestsDidFinish()
        try await peer.exchangeBytes()
        XCTAssertEqual(peer.clientReceives().text, "the last answer")
        try await peer.pass(.milliseconds(1))
        try await peer.assertClosed("long before the end of the grace period")
    }

    func test_a_response_that_is_queued_during_the_event_is_not_lost() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let peer = try await scene.open(scene.bob, authenticator)
        peer.recorder.takeGrace()
        let channel = peer.channel
        peer.recorder.onRefusal { refusal in
            // As a write by another thread does, it waits in the queue of the event loop.
            channel.eventLoop.execute { channel.writeAndFlush(ByteBuffer(string: "the last answer"), promise: nil) }
            refusal.requestsDidFinish()
        }
        authenticator.revoke(try scene.bob.certificate)
        try await peer.waitUntil { peer.recorder.entries.contains(.refused) }
        // A claim after the event has no effect.
        try XCTUnwrap(peer.recorder.refusal).finishRequests()
        try await peer.exchangeBytes()
        XCTAssertEqual(peer.clientReceives().text, "the last answer")
        try await peer.assertClosed()
    }

    func test_requests_that_finish_after_the_close_do_not_keep_the_connection() async throws {
        let scene = try LifetimeScene()
        let authenticator = try scene.authenticator()
        let peer = try await scene.open(scene.bob, authenticator) {
            $0.limits.refusalGrace = .seconds(5)
            $0.limits.closeTimeout = .seconds(2)
        }
        peer.recorder.takeGrace()
        authenticator.revoke(try scene.bob.certificate)
        try await peer.waitUntil { peer.recorder.entries.contains(.refused) }
        try await peer.pass(.seconds(5))
        try XCTUnwrap(peer.recorder.refusal).requestsDidFinish()
        // The client never answers the close_notify.
        try await peer.pass(.seconds(2))
        try await peer.waitUntil { peer.recorder.entries.contains(.inactive) }
    }
}
