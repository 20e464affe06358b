// SPDX-License-Identifier: Apache-2.0
// Online revocation over real TLS connections.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import ServiceLifecycle
import XCTest

final class OnlineRevocationListenerTests: XCTestCase {
    func test_an_open_connection_ends_after_a_revocation_when_the_evidence_expires() async throws {
        for isResponder in [false, true] {
            try await RevocationServiceScene.run { scene in
                let profile = scene.service.profile(lists: !isResponder, responder: isResponder)
                let alice = try scene.root.issue("alice", profile)
                let bob = try scene.root.issue("bob", profile)
                let authenticator = try scene.authenticator(scene.gatherer())
                try await TestListener.withListener(authenticator: authenticator) { listener in
                    try await listener.client(alice).withConnection { connection in
                        let good = try await connection.get("/")
                        XCTAssertEqual(good.status, 200)
                        scene.service.revoke(alice)
                        scene.clock.advance(by: .seconds(8 * 86_400))
                        let revoked = try await connection.get("/")
                        XCTAssertEqual([revoked.status, 403], [403, 403])
                        XCTAssertEqual(revoked.problemCode, "revoked")
                    }
                    let twin = try await listener.client(bob).get("/")
                    XCTAssertEqual(twin.status, 200)
                }
            }
        }
    }

    func test_a_stopped_responder_denies_within_the_deadline_and_is_named_where_allowed() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile(lists: false, responder: true))
            for fault in [RevocationFault.silent, nil] {
                scene.service.fault = fault
                if fault == nil { await scene.service.stop() }
                for policy in UnknownRevocation.allCases {
                    let authenticator = try scene.authenticator(scene.gatherer()) { $0.unknownRevocation = policy }
                    try await TestListener.withListener(
                        authenticator: authenticator,
                        handler: { .text("\($0.client?.chain.revocation.first?.description ?? "")") }
                    ) { listener in
                        let start = ContinuousClock.now
                        let answer = try await listener.client(alice).get("/")
                        let limit = RevocationServiceScene.deadline + RevocationServiceScene.slack
                        XCTAssertLessThan(ContinuousClock.now - start, limit)
                        if policy == .deny {
                            XCTAssertEqual(answer.status, 403)
                            XCTAssertEqual(answer.problemCode, "revocation-unknown")
                        } else {
                            XCTAssertEqual(answer.status, 200)
                            XCTAssertTrue(answer.text.hasPrefix("unknown: \(scene.service.responderAddress)"))
                        }
                    }
                }
            }
        }
    }

    func test_nothing_hangs_on_shutdown_while_a_source_is_silent() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile())
            var policy = scene.policy
            policy.refreshDeadline = .seconds(600)
            let gatherer = scene.gatherer(policy)
            let result = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(result.word, "success")
            scene.clock.advance(by: .seconds(6 * 86_400))
            scene.service.fault = .silent
            let service = RevocationRefreshService(
                gatherer: gatherer,
                clock: scene.clock.verificationClock,
                interval: .milliseconds(10)
            )
            let running = Task { try await service.run() }
            let before = ContinuousClock.now + .seconds(10)
            while scene.service.requests.count < 2, ContinuousClock.now < before { await Task.yield() }
            XCTAssertEqual(scene.service.requests.count, 2)
            let start = ContinuousClock.now
            running.cancel()
            try await running.value
            XCTAssertLessThan(ContinuousClock.now - start, RevocationServiceScene.slack)
        }
    }
}
