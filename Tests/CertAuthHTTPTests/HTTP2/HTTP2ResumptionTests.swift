// SPDX-License-Identifier: Apache-2.0
// Sessions that openssl s_client resumes over HTTP/2, and across versions of HTTP.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class HTTP2ResumptionTests: XCTestCase {
    /// The bytes of a request and a GOAWAY, all of them ASCII.
    private var http2: String {
        let frames = [
            HTTP2TestFrame(.settings), HTTP2TestFrame.headers(1, HTTP2TestPeer.fields("/")),
            HTTP2TestFrame(.goAway, [UInt8](repeating: 0, count: 8)),
        ]
        return String(decoding: HTTP2TestFrame.preface + frames.flatMap(\.bytes), as: UTF8.self)
    }

    private let http1 = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    func test_a_resumed_connection_over_HTTP2_has_its_client_and_is_validated_again() async throws {
        let tool = try ExternalTool("openssl")
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Client Root")
        let alice = try authority.issue("alice")
        let files = try alice.write(to: folder, as: "alice")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        for (version, validation) in [
            ("-tls1_3", ClientCertificateValidation.request), ("-tls1_3", .handshake), ("-tls1_2", .handshake),
        ] {
            let authenticator = try CertificateAuthenticator(options: options)
            let session = folder.path(of: "session\(version)\(validation)")
            try await TestListener.withListener(
                authenticator: authenticator,
                customize: { configuration in
                    configuration.http2 = .exceptDelayed
                    try configuration.withTLS {
                        $0.validation = validation
                        $0.sessionTickets = try SessionTickets()
                    }
                },
                handler: { request in
                    let subject = request.client?.certificate.subject.rfc4514 ?? "anonymous"
                    return .text("\(subject) resumed=\(request.connection.facts.isResumed)")
                }
            ) { listener in
                let port = try XCTUnwrap(listener.address.port)
                let base = [
                    "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-ign_eof", version,
                ]
                let first = try await tool.run(
                    base + ["-alpn", "h2", "-cert", files.chain, "-key", files.key, "-sess_out", session],
                    input: http2
                )
                XCTAssertTrue(first.output.contains("CN=alice resumed=false"), "\(version): \(first.output)")
                for (name, input) in [("h2", http2), ("http/1.1", http1), ("h2", http2)] {
                    let again = try await tool.run(base + ["-alpn", name, "-sess_in", session], input: input)
                    XCTAssertTrue(again.output.contains("ALPN protocol: \(name)"), "\(version): \(again.output)")
                    XCTAssertTrue(again.output.contains("CN=alice resumed=true"), "\(version) \(name): \(again.output)")
                }
                authenticator.revoke(try alice.certificate)
                let revoked = try await tool.run(base + ["-alpn", "h2", "-sess_in", session], input: http2)
                XCTAssertFalse(revoked.output.contains("CN=alice"), "\(version): \(revoked.output)")
                XCTAssertFalse(revoked.output.contains("Reused, "), "\(version): \(revoked.output)")
            }
        }
    }
}
