// SPDX-License-Identifier: Apache-2.0
// Mode x time of validation x version x client x certificate: each cell with its exact outcome.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

final class ClientMatrixTests: XCTestCase {
    /// Runs all cells, and returns the texts of each cell's connections.
    private typealias Ask = (_ port: Int, _ anchor: String, [ClientCell]) async throws -> [[String]]

    private enum Certificate: String, CaseIterable { case none, good, expired, untrusted, revoked }

    /// A CA, its CRL, and the files of one client of each kind.
    private struct World {
        let folder: TemporaryDirectory
        let authenticator: CertificateAuthenticator
        let files: [Certificate: TestIdentity.Files]

        init() throws {
            folder = try TemporaryDirectory()
            let authority = try TestAuthority("Client Root")
            let revoked = try authority.issue("revoked")
            files = [
                .good: try authority.issue("alice").write(to: folder, as: "good"),
                .expired: try authority.issue("old", .expired).write(to: folder, as: "expired"),
                .untrusted: try TestAuthority("Stranger").issue("mallory").write(to: folder, as: "untrusted"),
                .revoked: try revoked.write(to: folder, as: "revoked"),
            ]
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .offline
            let list = try authority.revocationList(revoked: [revoked])
            authenticator = try CertificateAuthenticator(
                options: options,
                revocationEvidence: RevocationEvidence(
                    revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
                )
            )
        }
    }

    private func withListener(
        _ world: World,
        _ mode: ClientCertificateMode,
        _ validation: ClientCertificateValidation,
        tickets: SessionTickets? = nil,
        _ body: (_ port: Int, _ anchor: String) async throws -> Void
    ) async throws {
        try await TestListener.withListener(
            authenticator: world.authenticator,
            mode: mode,
            customize: { configuration in
                configuration.requirement = { $0.path == "/public" ? .optional : .required }
                configuration.withTLS {
                    $0.validation = validation
                    $0.sessionTickets = tickets
                }
            },
            handler: { request in
                let name = request.client?.certificate.subject.rfc4514 ?? "anonymous"
                let failure = request.failure.map { " \($0.code)" } ?? ""
                return .text("client={\(name)\(failure)\(request.connection.facts.isResumed ? " resumed" : "")}")
            }
        ) { listener in
            let anchor = try world.folder.write(listener.serverAuthority.identity.anchorPEM(), as: "server-root.pem")
            try await body(try XCTUnwrap(listener.address.port), anchor)
        }
    }

    private func expected(
        _ certificate: Certificate,
        _ mode: ClientCertificateMode,
        _ validation: ClientCertificateValidation,
        _ version: TLSProtocolVersion
    ) -> String {
        switch (certificate, mode, validation) {
        case (.good, _, _): "200 CN=alice"
        case (.none, .allow, _): "200 anonymous"
        case (.none, _, .request): "403 no-certificate"
        case (.none, _, .handshake):
            version == .tls13 ? "alert certificate_required" : "alert handshake_failure"
        case (.expired, _, .handshake): "alert certificate_expired"
        case (.untrusted, _, .handshake): "alert unknown_ca"
        case (.revoked, _, .handshake): "alert certificate_revoked"
        case (_, .allow, .request): "200 anonymous \(certificate.rawValue)"
        case (_, _, .request): "403 \(certificate.rawValue)"
        }
    }

    /// All cells of modes require and allow.
    private func assertMatrix(_ ask: Ask, file: StaticString = #filePath, line: UInt = #line) async throws {
        let world = try World()
        for mode in [ClientCertificateMode.require, .allow] {
            for validation in ClientCertificateValidation.allCases {
                try await withListener(world, mode, validation) { port, anchor in
                    let kinds = TLSProtocolVersion.allCases.flatMap { version in
                        Certificate.allCases.map { (version: version, certificate: $0) }
                    }
                    let cells = kinds.map {
                        ClientCell(
                            name: "\($0.version.rawValue)-\($0.certificate)",
                            files: world.files[$0.certificate],
                            version: $0.version.rawValue,
                            path: mode == .require ? "/" : "/public"
                        )
                    }
                    let answers = try await ask(port, anchor, cells)
                    for (kind, texts) in zip(kinds, answers) {
                        let found = texts.map { ClientOutcome(heard: $0).description }
                        let wanted = expected(kind.certificate, mode, validation, kind.version)
                        let cell = "\(mode) \(validation) TLS \(kind.version.rawValue) \(kind.certificate)"
                        XCTAssertEqual(found, [wanted], cell, file: file, line: line)
                    }
                }
            }
        }
    }

    /// Two connections of one client that keeps its session: the second resumes it with the same identity.
    private func assertResumption(
        _ ask: Ask,
        versions: [TLSProtocolVersion] = TLSProtocolVersion.allCases,
        file: StaticString = #filePath,
        line: UInt = #line
    ) async throws {
        let world = try World()
        for version in versions {
            for isOn in [true, false] {
                let tickets = isOn ? try SessionTickets() : nil
                try await withListener(world, .require, .handshake, tickets: tickets) { port, anchor in
                    var cell = ClientCell(
                        name: "resumed",
                        files: world.files[.good],
                        version: version.rawValue,
                        path: "/"
                    )
                    cell.connections = 2
                    let found = try await ask(port, anchor, [cell])[0].map { ClientOutcome(heard: $0).description }
                    let second = isOn ? "200 CN=alice resumed" : "200 CN=alice"
                    XCTAssertEqual(found, ["200 CN=alice", second], "\(version)", file: file, line: line)
                }
            }
        }
    }

    private func ask(with program: ClientProgram) -> Ask {
        { port, anchor, cells in
            let answers = try await program.run(port: port, anchor: anchor, cells)
            // Without the connection's number.
            return answers.map { $0.map { $0.drop { $0 != " " }.dropFirst() }.map(String.init) }
        }
    }

    private static let curlVersions = ["1.2": ["--tlsv1.2", "--tls-max", "1.2"], "1.3": ["--tlsv1.3"]]

    private func askWithCurl() throws -> Ask {
        let tool = try ExternalTool("curl")
        let folder = try TemporaryDirectory()
        return { port, anchor, cells in
            var answers: [[String]] = []
            let log = folder.path(of: "log")
            for cell in cells {
                let url = "https://localhost:\(port)\(cell.path)"
                let identity = cell.files.map { ["--cert", $0.chain, "--key", $0.key] } ?? []
                let result = try await tool.run(
                    ["-sSv", "-i", "--http1.1", "--max-time", "60", "-w", "next:", "-H", "Connection: close"]
                        // Curl's own message for an alert is not exact, but its trace is.
                        + ["--stderr", log]
                        + ["--resolve", "localhost:\(port):127.0.0.1", "--cacert", anchor]
                        + (Self.curlVersions[cell.version] ?? []) + identity
                        + Array(repeating: url, count: cell.connections)
                )
                let log = try String(contentsOfFile: log, encoding: .utf8)
                answers.append(result.exitCode == 0 ? result.output.components(separatedBy: "next:").dropLast() : [log])
            }
            return answers
        }
    }

    private func askWithOpenSSL() throws -> Ask {
        let tool = try ExternalTool("openssl")
        let folder = try TemporaryDirectory()
        return { port, anchor, cells in
            var answers: [[String]] = []
            for cell in cells {
                let session = folder.path(of: "session")
                let identity = cell.files.map { ["-cert", $0.certificate, "-key", $0.key] } ?? []
                var texts: [String] = []
                for index in 0..<cell.connections {
                    let keeping = cell.connections == 1 ? [] : [index == 0 ? "-sess_out" : "-sess_in", session]
                    let result = try await tool.run(
                        ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-CAfile", anchor]
                            + ["-verify_return_error", "-ign_eof", cell.version == "1.2" ? "-tls1_2" : "-tls1_3"]
                            + identity + keeping,
                        input: "GET \(cell.path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    )
                    texts.append(result.output)
                }
                answers.append(texts)
            }
            return answers
        }
    }

    func test_curl_gets_the_exact_outcome_of_every_cell() async throws { try await assertMatrix(askWithCurl()) }

    func test_openssl_gets_the_exact_outcome_of_every_cell() async throws { try await assertMatrix(askWithOpenSSL()) }

    func test_go_gets_the_exact_outcome_of_every_cell() async throws {
        try await assertMatrix(ask(with: ClientPrograms.go()))
    }

    func test_node_gets_the_exact_outcome_of_every_cell() async throws {
        try await assertMatrix(ask(with: ClientPrograms.node()))
    }

    func test_python_gets_the_exact_outcome_of_every_cell() async throws {
        try await assertMatrix(ask(with: ClientPrograms.python()))
    }

    func test_java_gets_the_exact_outcome_of_every_cell() async throws {
        try await assertMatrix(ask(with: ClientPrograms.java()))
    }

    func test_curl_resumes_only_where_tickets_are_on() async throws {
        // Curl 7.88 does not offer a TLS 1.2 session again.
        try await assertResumption(askWithCurl(), versions: [.tls13])
    }

    func test_openssl_resumes_only_where_tickets_are_on() async throws { try await assertResumption(askWithOpenSSL()) }

    func test_go_resumes_only_where_tickets_are_on() async throws {
        // Before 1.21, Go does not support the extended master secret, without which TLS 1.2 sessions are not resumed.
        try await assertResumption(ask(with: ClientPrograms.go()), versions: [.tls13])
    }

    func test_node_resumes_only_where_tickets_are_on() async throws {
        try await assertResumption(ask(with: ClientPrograms.node()))
    }

    func test_python_resumes_only_where_tickets_are_on() async throws {
        try await assertResumption(ask(with: ClientPrograms.python()))
    }

    func test_java_resumes_only_where_tickets_are_on() async throws {
        try await assertResumption(ask(with: ClientPrograms.java()))
    }
}
