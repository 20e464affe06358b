// SPDX-License-Identifier: Apache-2.0
// Reloads at the same time, and inside of each other: none loses the change of another.

import CertAuth
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

@testable import CertAuthHTTP

final class ConcurrentReloadTests: XCTestCase {
    private struct Unwanted: Error {}

    func test_a_reload_of_TLS_does_not_bring_a_former_forwarding_back() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority, mode: .none) { started in
            let listener = started.listener
            var whole = listener.configuration
            let settings = try XCTUnwrap(whole.tls)
            var lost = 0
            for round in 0..<300 {
                let isForwarding = round % 2 == 0
                whole.forwarding =
                    isForwarding ? try CertificateForwarding(.aspnet(), from: ForwardingFixture.loopback()) : nil
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { [whole] in try listener.reload(whole) }
                    group.addTask { try listener.reload { $0.tls = settings } }
                    try await group.waitForAll()
                }
                if (listener.configuration.forwarding != nil) != isForwarding { lost += 1 }
            }
            XCTAssertEqual(lost, 0)
        }
    }

    func test_many_changes_of_one_value_at_the_same_time_all_count() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { started in
            let listener = started.listener
            let before = try XCTUnwrap(listener.configuration.tls).limits.handshakeTimeout
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<25 { try listener.reload { $0.tls?.limits.handshakeTimeout += .seconds(1) } }
                    }
                }
                try await group.waitForAll()
            }
            let after = try XCTUnwrap(listener.configuration.tls).limits.handshakeTimeout
            XCTAssertEqual(after, before + .seconds(200))
        }
    }

    func test_a_change_that_throws_changes_nothing_and_ends_no_connection() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { started in
            let listener = started.listener
            try await started.client(try authority.issue("alice")).withConnection { connection in
                XCTAssertThrowsError(
                    try listener.reload {
                        $0.tls?.mode = .allow
                        throw Unwanted()
                    }
                ) { XCTAssertTrue($0 is Unwanted) }
                XCTAssertEqual(listener.configuration.tls?.mode, .require)
                for _ in 0..<2 {
                    let answer = try await connection.get("/")
                    XCTAssertEqual(answer.text, "CN=alice")
                    XCTAssertNil(answer.headerFields[.connection])
                }
            }
        }
    }

    func test_a_change_can_use_the_listener_and_wait_for_other_reloads() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { started in
            let listener = started.listener
            var runs = 0
            try listener.reload { configuration in
                runs += 1
                XCTAssertNotNil(listener.address)
                XCTAssertEqual(listener.configuration.tls?.minimumVersion, runs == 1 ? .tls12 : .tls13)
                if runs == 1 { Self.onAnotherThread { try listener.reload { $0.tls?.minimumVersion = .tls13 } } }
                configuration.tls?.mode = .allow
            }
            XCTAssertEqual(runs, 2, "the second time on the result of the reload that ended meanwhile")
            XCTAssertEqual(listener.configuration.tls?.minimumVersion, .tls13)
            XCTAssertEqual(listener.configuration.tls?.mode, .allow)
        }
    }

    func test_a_change_that_reloads_its_own_listener_throws_and_changes_nothing() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { first in
            try await TestListener.withListener(trusting: authority) { second in
                let (one, other) = (first.listener, second.listener)
                XCTAssertThrowsError(
                    try one.reload { configuration in
                        configuration.tls?.mode = .allow
                        try one.reload { $0.tls?.minimumVersion = .tls13 }
                    }
                ) { XCTAssertTrue($0 is NestedReload, "\($0)") }
                // Through the change of another listener, too.
                XCTAssertThrowsError(
                    try one.reload { _ in try other.reload { _ in try one.reload { $0.tls?.mode = .allow } } }
                ) { XCTAssertTrue($0 is NestedReload, "\($0)") }
                XCTAssertEqual(one.configuration.tls?.mode, .require)
                XCTAssertEqual(one.configuration.tls?.minimumVersion, .tls12)
                // Another listener can be reloaded, and the same one afterwards.
                try one.reload { _ in try other.reload { $0.tls?.mode = .allow } }
                XCTAssertEqual(other.configuration.tls?.mode, .allow)
                try one.reload { $0.tls?.mode = .allow }
                XCTAssertEqual(one.configuration.tls?.mode, .allow)
            }
        }
    }

    func test_a_task_that_a_change_has_started_can_reload_after_it() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { started in
            let listener = started.listener
            let hasEnded = Gate()
            var later: Task<Void, any Error>?
            try listener.reload { _ in
                later = Task {
                    await hasEnded.pass()
                    try listener.reload { $0.tls?.mode = .allow }
                }
            }
            hasEnded.open()
            try await later?.value
            XCTAssertEqual(listener.configuration.tls?.mode, .allow)
        }
    }

    func test_TLS_is_neither_removed_nor_added_by_a_change() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { started in
            let configuration = started.listener.configuration
            XCTAssertThrowsError(try started.listener.reload { $0.tls = nil }) { error in
                XCTAssertEqual(error as? ListenerError, .notReloadable)
            }
            // A value that is missing by mistake does not start a listener without TLS.
            var without = configuration
            without.tls = nil
            XCTAssertThrowsError(try HTTPSListener(configuration: without) { _ in .text("") }) { error in
                XCTAssertEqual(error as? ListenerError, .notReloadable)
            }
            let plain = HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0))
            var added = plain
            added.tls = configuration.tls
            XCTAssertThrowsError(try HTTPSListener(configuration: added) { _ in .text("") }) { error in
                XCTAssertEqual(error as? ListenerError, .notReloadable)
            }
            let listener = try HTTPSListener(configuration: plain) { _ in .text("") }
            XCTAssertThrowsError(try listener.reload { $0.tls = configuration.tls }) { error in
                XCTAssertEqual(error as? ListenerError, .notReloadable)
            }
            try listener.reload { $0.tls?.mode = .allow }
            XCTAssertNil(listener.configuration.tls)
            try started.listener.reload { $0.tls?.mode = .allow }
            XCTAssertEqual(started.listener.configuration.tls?.mode, .allow)
        }
    }

    private static func onAnotherThread(_ body: @escaping @Sendable () throws -> Void) {
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do { try body() } catch { XCTFail("\(error)") }
            done.signal()
        }
        done.wait()
    }
}
