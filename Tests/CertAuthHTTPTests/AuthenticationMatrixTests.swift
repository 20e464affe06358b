// SPDX-License-Identifier: Apache-2.0
// Each mode with each kind of client on each TLS version, with its exact outcome.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class AuthenticationMatrixTests: XCTestCase {
    /// A kind of client.
    private enum Client: CaseIterable {
        case withoutCertificate, good, expired, untrusted

        func identity(of authority: TestAuthority) throws -> TestIdentity? {
            switch self {
            case .withoutCertificate: nil
            case .good: try authority.issue("alice")
            case .expired: try authority.issue("alice", .expired)
            case .untrusted: try TestAuthority("Stranger").issue("mallory")
            }
        }
    }

    private enum Expectation: Equatable {
        case accepted(String)
        case forbidden(String)
        case alert(String)
    }

    private func summary(_ outcome: TestOutcome) -> Expectation? {
        switch outcome {
        case .response(let response) where response.status == 200: .accepted(response.text)
        case .response(let response): response.problemCode.map { .forbidden($0) }
        case .alert(let name): .alert(name)
        case .closed: nil
        }
    }

    private func check(
        mode: ClientCertificateMode,
        validation: ClientCertificateValidation,
        _ expected: (Client, TLSProtocolVersion) -> Expectation
    ) async throws {
        let authority = try TestAuthority("Client Root")
        let customize: (inout HTTPSListenerConfiguration) -> Void = { configuration in
            configuration.requirement = { _ in mode == .none ? .optional : .required }
            configuration.withTLS { $0.validation = validation }
        }
        try await TestListener.withListener(trusting: authority, mode: mode, customize: customize) { listener in
            for version in TLSProtocolVersion.allCases {
                for kind in Client.allCases {
                    var client = listener.client(try kind.identity(of: authority))
                    client.version = version
                    let outcome = try await client.outcome("/")
                    XCTAssertEqual(
                        summary(outcome),
                        expected(kind, version),
                        "\(kind) on TLS \(version.rawValue): \(outcome)"
                    )
                }
            }
        }
    }

    func test_mode_none_requests_no_certificate_and_authenticates_no_client() async throws {
        for validation in ClientCertificateValidation.allCases {
            try await check(mode: .none, validation: validation) { _, _ in .accepted("anonymous") }
        }
    }

    func test_mode_require_with_validation_at_the_request_answers_every_client() async throws {
        try await check(mode: .require, validation: .request) { client, _ in
            switch client {
            case .withoutCertificate: .forbidden("no-certificate")
            case .good: .accepted("CN=alice")
            case .expired: .forbidden("expired")
            case .untrusted: .forbidden("untrusted")
            }
        }
    }

    func test_mode_allow_with_validation_at_the_request_answers_every_client() async throws {
        try await check(mode: .allow, validation: .request) { client, _ in
            switch client {
            case .withoutCertificate: .forbidden("no-certificate")
            case .good: .accepted("CN=alice")
            case .expired: .forbidden("expired")
            case .untrusted: .forbidden("untrusted")
            }
        }
    }

    func test_mode_require_with_validation_in_the_handshake_sends_alerts_by_name() async throws {
        try await check(mode: .require, validation: .handshake) { client, version in
            switch (client, version) {
            case (.withoutCertificate, .tls13): .alert("certificate_required")
            case (.withoutCertificate, .tls12): .alert("handshake_failure")
            case (.good, _): .accepted("CN=alice")
            case (.expired, _): .alert("certificate_expired")
            case (.untrusted, _): .alert("unknown_ca")
            }
        }
    }

    func test_mode_allow_with_validation_in_the_handshake_lets_only_missing_certificates_through() async throws {
        try await check(mode: .allow, validation: .handshake) { client, _ in
            switch client {
            case .withoutCertificate: .forbidden("no-certificate")
            case .good: .accepted("CN=alice")
            case .expired: .alert("certificate_expired")
            case .untrusted: .alert("unknown_ca")
            }
        }
    }
}
