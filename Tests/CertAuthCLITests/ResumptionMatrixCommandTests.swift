// SPDX-License-Identifier: Apache-2.0
// Two `certauth serve` processes that share a ticket key; `openssl s_client -sess_out` and `-sess_in` is the client.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ResumptionMatrixCommandTests: XCTestCase {
    /// How a client resumes its session.
    private enum Kind: String, CaseIterable {
        case identifier12 = "TLS 1.2 id"
        case ticket12 = "TLS 1.2 ticket"
        case ticket13 = "TLS 1.3 ticket"

        var arguments: [String] {
            switch self {
            case .identifier12: ["-tls1_2", "-no_ticket"]
            case .ticket12: ["-tls1_2"]
            case .ticket13: ["-tls1_3"]
            }
        }
    }

    private struct Answer {
        let output: String
        var isResumed: Bool { output.contains("\nReused, TLSv1.") }
        var isAlice: Bool { output.contains("HTTP/1.1 200") && output.contains("CN=alice") }
        var isAnswered: Bool { output.contains("HTTP/1.1 ") }
    }

    /// A PKI, an openssl client, and the servers it connects to.
    private final class World {
        let openssl: URL
        let files: PKIInFolder
        let ticketKey: String

        init() throws {
            openssl = try ExternalTool("openssl").url
            files = try PKIInFolder(clock: .system)
            try files.issue("localhost") {
                $0.purposes = [.serverAuth]
                $0.dnsNames = ["localhost", "b.test"]
            }
            try files.issue("alice")
            let other = try TestAuthority("Other Root")
            try files.directory.write(try other.identity.anchorPEM(), as: "other.pem")
            try files.directory.write(try String(contentsOfFile: files.path("root.pem"), encoding: .utf8), as: "ca.pem")
            ticketKey = try files.directory.write([UInt8](repeating: 7, count: 32), as: "ticket.key")
        }

        /// A server that validates in the handshake, trusts `ca.pem` and allows resumption.
        func serve(_ more: [String], resumes: Bool = true) throws -> (program: RunningProgram, port: Int) {
            let sessions = resumes ? ["--tickets", "on", "--ticket-key", ticketKey, "--session-cache", "16"] : []
            let program = try RunningProgram(
                ["serve", "--listen", "127.0.0.1:0", "--verify", "handshake", "--cert"]
                    + [files.path("localhost.chain.pem"), "--key", files.path("localhost.key")] + sessions + more
            )
            return (program, try program.announcedPort())
        }

        var trust: [String] { ["--client-ca", files.path("ca.pem")] }
        var lists: [String] { ["--crl", files.path("crls.pem"), "--revocation", "offline"] }

        /// Requests `/whoami`, as alice or with only the session.
        func ask(
            _ port: Int,
            _ kind: Kind,
            asAlice: Bool = false,
            name: String = "localhost",
            keeping: String? = nil,
            with session: String? = nil
        ) throws -> Answer {
            var arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", name, "-ign_eof"]
            arguments += ["-CAfile", files.path("root.pem")] + kind.arguments
            if asAlice {
                arguments += ["-cert", files.path("alice.chain.pem"), "-key", files.path("alice.key")]
                arguments += ["-cert_chain", files.path("intermediate.pem")]
            }
            if let keeping { arguments += ["-sess_out", files.path(keeping)] }
            if let session { arguments += ["-sess_in", files.path(session)] }
            let request = "GET /whoami HTTP/1.1\r\nHost: \(name):\(port)\r\nConnection: close\r\n\r\n"
            let outcome = try Program.run(openssl, arguments, input: request)
            return Answer(output: outcome.output + outcome.errors)
        }
    }

    /// Repeats the request until the server has processed the signal.
    private func assertEndsResumption(
        _ world: World,
        _ port: Int,
        _ session: String,
        _ kind: Kind,
        _ text: String
    ) throws {
        for _ in 0..<200 {
            let answer = try world.ask(port, kind, with: session)
            guard answer.isResumed else {
                return XCTAssertFalse(answer.isAnswered, "\(kind.rawValue), \(text): \(answer.output)")
            }
        }
        XCTFail("\(kind.rawValue), \(text): still resumed")
    }

    func test_one_process_resumes_its_own_sessions_and_none_of_another_policy() throws {
        let world = try World()
        let (server, port) = try world.serve(
            world.trust + world.lists + ["--mode", "require", "--sni", "b.test=allow"]
        )
        for kind in Kind.allCases {
            let first = try world.ask(port, kind, asAlice: true, keeping: "session")
            XCTAssertTrue(first.isAlice && !first.isResumed, "\(kind.rawValue): \(first.output)")
            let second = try world.ask(port, kind, with: "session")
            XCTAssertTrue(second.isAlice && second.isResumed, "\(kind.rawValue): \(second.output)")
            let elsewhere = try world.ask(port, kind, name: "b.test", with: "session")
            XCTAssertFalse(elsewhere.isResumed, kind.rawValue)
            XCTAssertTrue(elsewhere.output.contains("no-certificate"), "\(kind.rawValue): \(elsewhere.output)")
            let there = try world.ask(port, kind, asAlice: true, name: "b.test", keeping: "other")
            XCTAssertTrue(there.isAlice, kind.rawValue)
            let back = try world.ask(port, kind, with: "other")
            XCTAssertFalse(back.isResumed || back.isAnswered, "\(kind.rawValue): \(back.output)")
        }
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_two_processes_that_share_a_ticket_key_accept_each_others_tickets_only_for_the_same_policy() throws {
        let world = try World()
        let (first, here) = try world.serve(world.trust + world.lists)
        let (second, there) = try world.serve(world.trust + world.lists)
        let others: [(String, [String])] = [
            ("other anchors", ["--client-ca", world.files.path("other.pem")] + world.lists),
            ("one more anchor", world.trust + ["--client-ca", world.files.path("other.pem")] + world.lists),
            ("other mode", world.trust + world.lists + ["--mode", "allow"]),
            ("other options", world.trust + ["--revocation", "none"]),
            ("other version", world.trust + world.lists + ["--tls-min", "1.3"]),
        ]
        let servers = try others.map { (name: $0.0, server: try world.serve($0.1)) }
        for kind in Kind.allCases {
            let kept = try world.ask(here, kind, asAlice: true, keeping: "session")
            XCTAssertTrue(kept.isAlice, "\(kind.rawValue): \(kept.output)")
            let met = try world.ask(there, kind, with: "session")
            XCTAssertEqual(met.isResumed, kind != .identifier12, "\(kind.rawValue): ids stay in their process")
            XCTAssertEqual(met.isAlice, kind != .identifier12, kind.rawValue)
            for (name, server) in servers {
                let answer = try world.ask(server.port, kind, with: "session")
                XCTAssertFalse(answer.isResumed, "\(kind.rawValue), \(name)")
                XCTAssertFalse(answer.isAlice, "\(kind.rawValue), \(name)")
            }
        }
        for program in [first, second] + servers.map(\.server.program) { XCTAssertEqual(try program.end().status, 0) }
    }

    func test_after_a_revocation_or_a_loss_of_trust_a_reloaded_server_resumes_no_session() throws {
        for kind in Kind.allCases {
            let world = try World()
            let (first, here) = try world.serve(world.trust + world.lists)
            let (second, there) = try world.serve(world.trust + world.lists)
            XCTAssertTrue(try world.ask(here, kind, asAlice: true, keeping: "session").isAlice, kind.rawValue)
            first.signal(SIGHUP)
            XCTAssertTrue(try world.ask(here, kind, with: "session").isResumed, "\(kind.rawValue): nothing new")
            _ = try world.files.pki.revoke("alice", reason: .keyCompromise)
            first.signal(SIGHUP)
            try assertEndsResumption(world, here, "session", kind, "revoked")
            let again = try world.ask(here, kind, asAlice: true)
            XCTAssertFalse(again.isAnswered, "\(kind.rawValue): \(again.output)")
            if kind != .identifier12 {
                XCTAssertTrue(try world.ask(there, kind, with: "session").isResumed, "the other has not been told yet")
                let other = try String(contentsOfFile: world.files.path("other.pem"), encoding: .utf8)
                try world.files.directory.write(other, as: "ca.pem")
                second.signal(SIGHUP)
                try assertEndsResumption(world, there, "session", kind, "trust removed")
            }
            XCTAssertEqual(try first.end().status, 0)
            XCTAssertEqual(try second.end().status, 0)
        }
    }

    /// Checked in the protocol trace: no session id and no ticket is issued, so there is nothing to resume.
    func test_with_tickets_off_nothing_resumable_is_sent() throws {
        let world = try World()
        let (server, port) = try world.serve(world.trust + world.lists, resumes: false)
        for kind in Kind.allCases {
            let answer = try world.ask(port, kind, asAlice: true, keeping: "session")
            XCTAssertTrue(answer.isAlice, "\(kind.rawValue): \(answer.output)")
            XCTAssertFalse(answer.output.contains("TLS session ticket"), "\(kind.rawValue): \(answer.output)")
            if kind != .ticket13 {
                XCTAssertTrue(answer.output.contains("Session-ID: \n"), "\(kind.rawValue): \(answer.output)")
            }
            XCTAssertFalse(answer.output.contains("Post-Handshake New Session Ticket"), kind.rawValue)
        }
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_a_session_cache_without_verdicts_in_the_handshake_is_refused() throws {
        let world = try World()
        let outcome = try Program.run(
            "serve",
            "--cert",
            world.files.path("localhost.chain.pem"),
            "--key",
            world.files.path("localhost.key"),
            "--client-ca",
            world.files.path("ca.pem"),
            "--session-cache",
            "16",
            "--check"
        )
        XCTAssertEqual(outcome.status, 2)
        XCTAssertTrue(outcome.errors.contains("--session-cache without --verify handshake"), outcome.errors)
    }
}
