// SPDX-License-Identifier: Apache-2.0
// A client without a certificate is refused with the names of the authorities that it was told.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Synchronization
import XCTest

final class RequestedAuthorityTests: XCTestCase {
    private struct Answer: Decodable { let message: String? }

    /// The message of the refusal of a client without a certificate.
    private func message(
        _ hints: ClientAuthorityHints?,
        anchors: [Certificate],
        intermediates: [Certificate] = [],
        mode: ClientCertificateMode = .require,
        version: TLSProtocolVersion = .tls13
    ) async throws -> String? {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: anchors)))
        options.revocationMode = .noCheck
        options.additionalChainCertificates = intermediates
        return try await TestListener.withListener(
            authenticator: try CertificateAuthenticator(options: options),
            mode: mode,
            customize: {
                $0.exposesFailureDetails = true
                $0.withTLS { if let hints { $0.authorityHints = hints } }
            }
        ) { listener in
            var client = listener.client()
            client.version = version
            client.answersLateRequests = mode == .delayed
            let response = try await client.get("/")
            XCTAssertEqual(response.problemCode, "no-certificate")
            return try JSONDecoder().decode(Answer.self, from: Data(response.text.utf8)).message
        }
    }

    func test_the_refusal_names_what_the_server_requested() async throws {
        let root = try TestAuthority("Client Root")
        let issuing = try root.intermediate("Client Issuing").certificate
        let anchors = [try root.anchor]
        let start = "the server requests a certificate of one of these authorities: "
        let both = "'CN=Client Root', 'CN=Client Issuing'"
        for (hints, expected) in [
            (nil, start + both), (.anchorsAndIntermediates, start + both), (.anchors, start + "'CN=Client Root'"),
            (.certificates([issuing]), start + "'CN=Client Issuing'"),
            (ClientAuthorityHints.none, "the server requests a certificate of any authority"),
        ] as [(ClientAuthorityHints?, String)] {
            for mode in [ClientCertificateMode.require, .allow, .delayed] {
                for version in TLSProtocolVersion.allCases {
                    let found = try await message(
                        hints,
                        anchors: anchors,
                        intermediates: [issuing],
                        mode: mode,
                        version: version
                    )
                    XCTAssertEqual(found, expected, "\(mode), \(version)")
                }
            }
        }
    }

    func test_three_names_are_shown_and_the_others_are_counted() async throws {
        let anchors = try (1...5).map { try TestAuthority("Root \($0)").anchor }
        let start =
            "the server requests a certificate of one of these authorities: 'CN=Root 1', 'CN=Root 2', 'CN=Root 3'"
        let three = try await message(nil, anchors: Array(anchors.prefix(3)))
        XCTAssertEqual(three, start)
        let four = try await message(nil, anchors: Array(anchors.prefix(4)))
        XCTAssertEqual(four, start + " and 1 more")
        let five = try await message(nil, anchors: anchors)
        XCTAssertEqual(five, start + " and 2 more")
    }

    func test_a_reload_of_the_trust_source_changes_the_names() async throws {
        let (first, second) = (try TestAuthority("First"), try TestAuthority("Second"))
        let anchors = Mutex([try first.anchor])
        let source = try TrustSource { () throws(TrustStoreError) in
            try TrustStore(certificates: anchors.withLock { $0 })
        }
        var options = CertificateAuthenticationOptions(trust: .reloadable(source))
        options.revocationMode = .noCheck
        try await TestListener.withListener(
            authenticator: try CertificateAuthenticator(options: options),
            customize: { $0.exposesFailureDetails = true }
        ) { listener in
            let before = try await listener.client().get("/")
            XCTAssertTrue(before.text.contains("authorities: 'CN=First'\""), before.text)
            let others = [try second.anchor]
            anchors.withLock { $0 = others }
            _ = source.reload()
            let after = try await listener.client().get("/")
            XCTAssertTrue(after.text.contains("authorities: 'CN=Second'\""), after.text)
        }
    }

    func test_a_handshake_that_requires_a_certificate_logs_the_names() async throws {
        let root = try TestAuthority("Client Root")
        let log = LogRecorder()
        let trust = try TrustStore(certificates: [root.anchor])
        var options = CertificateAuthenticationOptions(trust: .custom(trust))
        options.revocationMode = .noCheck
        try await TestListener.withListener(
            authenticator: try CertificateAuthenticator(options: options, logger: log.logger),
            customize: { $0.withTLS { $0.validation = .handshake } }
        ) { listener in
            for version in TLSProtocolVersion.allCases {
                var client = listener.client()
                client.version = version
                _ = try? await client.get("/")
            }
            let expected =
                "the client presented no certificate, but mode 'require' needs one; the server requests a "
                + "certificate of one of these authorities: 'CN=Client Root'"
            // The line is written before the alert is sent.
            let lines = log.lines.filter { $0.metadata["certauth.code"] == "no-certificate" }
            XCTAssertEqual(lines.map { $0.metadata["certauth.reason"] }, [expected, expected])
        }
    }
}
