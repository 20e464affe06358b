// SPDX-License-Identifier: Apache-2.0
// The examples of Docs/Clients.md against `certauth serve`, which `.ci/clients` starts.

import AsyncHTTPClient
import ClientExamples
import Foundation
import NIOHTTP1
import NIOSSL
import XCTest

final class ClientExamplesTests: XCTestCase {
    private func setting(_ name: String) throws -> String {
        try XCTUnwrap(ProcessInfo.processInfo.environment[name], "\(name) is not set: run .ci/clients")
    }

    private var pki: String { get throws { try setting("CLIENTS_PKI") } }
    /// A server that validates at the request.
    private var explaining: String { get throws { "https://localhost:\(try setting("CLIENTS_REQUEST_PORT"))" } }
    /// One that validates in the handshake.
    private var alerting: String { get throws { "https://localhost:\(try setting("CLIENTS_HANDSHAKE_PORT"))" } }
    /// One in mode `delayed`.
    private var asking: String { get throws { "https://localhost:\(try setting("CLIENTS_DELAYED_PORT"))" } }

    private func client(_ name: String) throws -> HTTPClient {
        try makeClient(
            certificate: "\(pki)/\(name).chain.pem",
            key: "\(pki)/\(name).key",
            serverRoot: "\(pki)/root.pem"
        )
    }

    /// Lends a client to `body` and shuts it down.
    private func with<Result>(
        _ client: HTTPClient,
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func refusal(_ client: HTTPClient, _ url: String) async throws -> Refusal? {
        try await with(client) { client in
            do {
                _ = try await get(url, by: client)
                return nil
            } catch let refusal as Refusal {
                return refusal
            }
        }
    }

    func test_a_client_with_PEM_files_is_authenticated_at_each_request() async throws {
        let url = try "\(explaining)/whoami"
        try await with(client("alice")) { client in
            for _ in 0..<3 {
                let answer = try await get(url, by: client)
                XCTAssertTrue(answer.contains("\"name\": \"alice\""), answer)
            }
        }
    }

    func test_the_client_uses_HTTP_2_if_the_server_offers_it() async throws {
        for (base, version) in [(try explaining, HTTPVersion.http2), (try alerting, .http1_1)] {
            let answer = try await with(client("alice")) { client in
                try await client.execute(HTTPClientRequest(url: "\(base)/whoami"), timeout: .seconds(10))
            }
            XCTAssertEqual(answer.status, .ok)
            XCTAssertEqual(answer.version, version)
        }
    }

    func test_a_client_with_a_PKCS_12_file_is_authenticated() async throws {
        let client = try makeClient(pkcs12: "\(pki)/alice.pfx", password: "secret", serverRoot: "\(pki)/root.pem")
        let url = try "\(explaining)/whoami"
        let answer = try await with(client) { try await get(url, by: $0) }
        XCTAssertTrue(answer.contains("\"name\": \"alice\""), answer)
    }

    func test_a_refusal_has_its_code() async throws {
        let url = try "\(explaining)/whoami"
        let revoked = try await refusal(client("bob"), url)
        XCTAssertEqual(revoked?.code, "revoked")
        let missing = try await refusal(makeAnonymousClient(serverRoot: "\(pki)/root.pem"), url)
        XCTAssertEqual(missing?.code, "no-certificate")
        XCTAssertEqual(missing?.detail, "A client certificate is required.")
    }

    func test_a_refusal_in_the_handshake_is_an_error_without_an_answer() async throws {
        let url = try "\(alerting)/whoami"
        let answer = try await with(client("alice")) { try await get(url, by: $0) }
        XCTAssertTrue(answer.contains("\"name\": \"alice\""), answer)
        try await with(client("bob")) { client in
            do {
                _ = try await get(url, by: client)
                XCTFail("a revoked client was let in")
            } catch {
                XCTAssertFalse(error is Refusal)
            }
        }
    }

    func test_a_client_that_cannot_be_asked_late_is_refused_with_its_own_code() async throws {
        let open = try "\(asking)/public"
        let secure = try "\(asking)/secure/account"
        _ = try await with(client("alice")) { try await get(open, by: $0) }
        let told = try await refusal(client("alice"), secure)
        XCTAssertEqual(told?.code, "late-certificate-unsupported")
    }
}
