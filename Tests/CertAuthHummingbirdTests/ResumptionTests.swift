// SPDX-License-Identifier: Apache-2.0
// Resumed sessions are validated again and keep their client.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import XCTest

final class ResumptionTests: XCTestCase {
    private func connect(
        _ tool: ExternalTool,
        _ server: RunningApplication,
        _ arguments: [String]
    ) async throws -> String {
        let result = try await tool.run(
            ["s_client", "-connect", "127.0.0.1:\(server.port)", "-servername", "localhost", "-tls1_3", "-ign_eof"]
                + ["-alpn", "http/1.1"] + arguments,
            input: "GET /resumed HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        return result.output
    }

    func test_a_resumed_session_keeps_its_client_whatever_the_time_of_validation() async throws {
        let tool = try ExternalTool("openssl")
        let clients = try ToolClients()
        let files = try clients.alice.write(to: clients.folder, as: "alice")
        let credentials = ["-cert", files.certificate, "-key", files.key, "-cert_chain", files.chain]
        for validation in ClientCertificateValidation.allCases {
            let session = clients.folder.path(of: "session-\(validation.rawValue)")
            try await RunningApplication.withTLS(
                clients.authenticator(),
                customize: { tls in
                    tls.validation = validation
                    tls.sessionTickets = try SessionTickets()
                },
                routes: { router in
                    router.add(middleware: OptionalClientCertificateMiddleware())
                    router.get("resumed") { _, context in
                        "\(try context.requirePrincipal().name ?? "?") resumed=\(context.connection.facts.isResumed)"
                    }
                }
            ) { server in
                let first = try await connect(tool, server, credentials + ["-sess_out", session])
                XCTAssertTrue(first.contains("alice resumed=false"), first)
                let second = try await connect(tool, server, ["-sess_in", session])
                XCTAssertTrue(second.contains("Reused, TLSv1.3"), second)
                XCTAssertTrue(second.contains("alice resumed=true"), second)
            }
        }
    }
}
#endif
