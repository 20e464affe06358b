// SPDX-License-Identifier: Apache-2.0
// Configurations that do not start, and the ALPN protocols offered.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HummingbirdCore
import XCTest

final class ServerConfigurationTests: XCTestCase {
    func test_an_unsupported_protocol_is_not_offered() throws {
        var (tls, _) = try RunningApplication.serverTLS(nil, mode: .none)
        tls.applicationProtocols = ["h2", "http/1.1"]
        XCTAssertNoThrow(try HTTPServerBuilder.certAuth(http: .http2Upgrade, tls: tls))
        XCTAssertThrowsError(try HTTPServerBuilder.certAuth(http: .http1, tls: tls)) {
            let served = ["http/1.1", "http/1.0"]
            XCTAssertEqual($0 as? CertAuthServerError, .protocolNotServed(name: "h2", served: served))
        }
    }

    func test_mode_delayed_does_not_start_with_HTTP_2() throws {
        let clients = try ToolClients()
        var (tls, _) = try RunningApplication.serverTLS(try clients.authenticator(), mode: .delayed)
        XCTAssertNoThrow(try HTTPServerBuilder.certAuth(tls: tls))
        tls.applicationProtocols = ["h2", "http/1.1"]
        XCTAssertThrowsError(try HTTPServerBuilder.certAuth(tls: tls)) {
            XCTAssertEqual($0 as? TLSConfigurationError, .delayedNeedsHTTP1(found: ["h2", "http/1.1"]))
        }
    }

    func test_names_in_mode_delayed_offer_only_HTTP_1_and_others_offer_all() async throws {
        let clients = try ToolClients()
        try await RunningApplication.withTLS(
            clients.authenticator(),
            mode: .allow,
            customize: { tls in
                tls.validation = .request
                tls.namedPolicies = [ServerNamePolicy("late.test", mode: .delayed), ServerNamePolicy("a.test")]
            }
        ) { server in
            for (name, expected) in [("late.test", ALPNIdentifier.http1), ("a.test", .http2)] {
                var client = server.client()
                client.serverName = name
                client.applicationProtocols = ["h2", "http/1.1"]
                try await client.withConnection { connection in
                    XCTAssertEqual(connection.applicationProtocol, expected)
                }
            }
        }
    }
}
#endif
