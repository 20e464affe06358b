// SPDX-License-Identifier: Apache-2.0
// After a reload, the former policy accepts no request, and no connection is closed without need.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class ReloadedPolicyTests: XCTestCase {
    private func authenticator(_ authorities: TestAuthority...) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: authorities.map { try $0.anchor }))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    /// A listener that trusts `old` and `new`, and its settings when `old` is no longer trusted.
    private func withListener(
        _ old: TestAuthority,
        _ new: TestAuthority,
        validation: ClientCertificateValidation = .request,
        mode: ClientCertificateMode = .require,
        _ body: (TestListener, TLSServerConfiguration) async throws -> Void
    ) async throws {
        try await TestListener.withListener(
            authenticator: try authenticator(old, new),
            mode: mode,
            customize: { configuration in
                configuration.requirement = { $0.path == "/public" ? .anonymous : .required }
                configuration.withTLS { $0.validation = validation }
            }
        ) { listener in
            guard case .tls(var settings) = listener.listener.configuration.security else { return }
            settings.authenticator = try authenticator(new)
            try await body(listener, settings)
        }
    }

    func test_the_first_request_of_a_connection_opened_before_a_reload_is_validated_by_the_new_policy() async throws {
        let (old, new) = (try TestAuthority("Old Root"), try TestAuthority("New Root"))
        for validation in ClientCertificateValidation.allCases {
            try await withListener(old, new, validation: validation) { listener, settings in
                try await listener.client(try old.issue("alice")).withConnection { alice in
                    try await listener.client(try new.issue("bob")).withConnection { bob in
                        try listener.listener.reload { $0.tls = settings }
                        let refused = try await alice.get("/")
                        XCTAssertEqual(refused.problemCode, "untrusted", "\(validation)")
                        let accepted = try await bob.get("/")
                        XCTAssertEqual(accepted.text, "CN=bob", "\(validation)")
                        XCTAssertEqual(accepted.headerFields[.connection], "close")
                    }
                }
            }
        }
    }

    func test_a_request_that_had_begun_to_arrive_is_validated_by_the_new_policy() async throws {
        let (old, new) = (try TestAuthority("Old Root"), try TestAuthority("New Root"))
        for beginning in ["GE", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n"] {
            let rest = beginning == "GE" ? "T / HTTP/1.1\r\nHost: localhost\r\n\r\n" : "x"
            try await withListener(old, new) { listener, settings in
                for (identity, expected) in [(try old.issue("alice"), 403), (try new.issue("bob"), 200)] {
                    try await listener.client(identity).withConnection { connection in
                        try await connection.write(Array(beginning.utf8))
                        try listener.listener.reload { $0.tls = settings }
                        try await connection.write(Array(rest.utf8))
                        let answer = try await connection.readResponse()
                        XCTAssertEqual(answer.status, expected, beginning)
                    }
                }
            }
        }
    }

    func test_a_client_accepted_in_the_handshake_reaches_no_open_route_under_the_old_policy() async throws {
        let (old, new) = (try TestAuthority("Old Root"), try TestAuthority("New Root"))
        for (validation, status) in [(ClientCertificateValidation.handshake, 403), (.request, 200)] {
            try await withListener(old, new, validation: validation) { listener, settings in
                try await listener.client(try old.issue("alice")).withConnection { alice in
                    try await listener.client(try new.issue("bob")).withConnection { bob in
                        try listener.listener.reload { $0.tls = settings }
                        let answer = try await alice.get("/public")
                        XCTAssertEqual(answer.status, status, "\(validation)")
                        XCTAssertEqual(answer.problemCode, status == 403 ? "untrusted" : nil)
                        let twin = try await bob.get("/public")
                        XCTAssertEqual(twin.status, 200)
                    }
                }
            }
        }
    }

    func test_a_connection_that_the_new_policy_would_not_have_accepted_ends_at_once() async throws {
        let (old, new) = (try TestAuthority("Old Root"), try TestAuthority("New Root"))
        try await withListener(old, new, mode: .allow) { listener, settings in
            for (mode, ends) in [(ClientCertificateMode.allow, false), (.require, true)] {
                try await listener.client().withConnection { connection in
                    var settings = settings
                    settings.mode = mode
                    try listener.listener.reload { $0.tls = settings }
                    if ends {
                        let end = try await connection.end()
                        XCTAssertEqual(end, .closed(cleanly: true))
                    } else {
                        let answer = try await connection.get("/public")
                        XCTAssertEqual(answer.status, 200)
                    }
                }
            }
        }
    }

    func test_a_listener_with_TLS_cannot_become_one_without() async throws {
        let authority = try TestAuthority("Client Root")
        let fixture = try ForwardingFixture()
        let forwarding = try CertificateForwarding(.nginx(), from: ForwardingFixture.loopback())
        let plain = HTTPSListenerConfiguration(
            plainAt: .hostPort(host: "127.0.0.1", port: 0),
            forwarding: forwarding,
            authenticator: fixture.authenticator
        )
        try await TestListener.withListener(trusting: authority) { listener in
            XCTAssertThrowsError(try listener.listener.reload(plain)) { error in
                XCTAssertEqual(error as? ListenerError, .notReloadable)
            }
            let answer = try await listener.client(try authority.issue("alice")).get("/")
            XCTAssertEqual(answer.text, "CN=alice", "nothing has changed")
        }
    }
}
