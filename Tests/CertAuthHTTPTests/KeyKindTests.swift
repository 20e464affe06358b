// SPDX-License-Identifier: Apache-2.0
// Clients with each kind of key that TLS supports; handshakes decode them in the restricted decoding contexts.

import CertAuth
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class KeyKindTests: XCTestCase {
    private static let kinds: [TestKey.Kind] = [
        .p256, .p384, .p521, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448,
    ]

    func test_a_client_with_any_kind_of_key_is_accepted_and_refused_by_the_code_of_its_fault() async throws {
        for validation in [ClientCertificateValidation.request, .handshake] {
            for kind in Self.kinds {
                let authority = try TestAuthority("Client Root", key: .generate(kind))
                let issuing = try authority.intermediate("Issuing", key: .generate(kind))
                let alice = try issuing.issue("alice", key: .generate(kind))
                let late = try issuing.issue("late", .expired, key: .generate(kind))
                try await TestListener.withListener(trusting: authority) { configuration in
                    configuration.withTLS { $0.validation = validation }
                } _: { started in
                    let answer = try await started.client(alice).get("/whoami")
                    XCTAssertEqual(answer.status, 200, "\(kind)")
                    switch try await started.client(late).outcome("/whoami") {
                    case .response(let response):
                        XCTAssertEqual(validation, .request)
                        XCTAssertEqual(response.problemCode, "expired", "\(kind)")
                    case .alert(let name):
                        XCTAssertEqual(validation, .handshake)
                        XCTAssertTrue(name.contains("expired"), "\(kind): \(name)")
                    case .closed: XCTFail("\(kind): closed without a word")
                    }
                }
            }
        }
    }

    /// OpenSSL's own decoder reads what the prepared curves do not: a compressed point (RFC 5480 §2.2).
    func test_a_client_whose_key_is_written_in_another_form_is_accepted() async throws {
        let made = try await ExternalTool("openssl").run(
            ["ec", "-conv_form", "compressed"],
            input: TestKey.generate(.p256).pem()
        )
        let key = try TestKey(pem: String(made.output.drop { $0 != "-" }))
        XCTAssertEqual(try key.subjectPublicKeyInfo().count, 59)
        let authority = try TestAuthority("Client Root")
        let alice = try authority.intermediate("Issuing").issue("alice", key: key)
        for validation in [ClientCertificateValidation.request, .handshake] {
            try await TestListener.withListener(trusting: authority) { configuration in
                configuration.withTLS { $0.validation = validation }
            } _: { started in
                let answer = try await started.client(alice).get("/whoami")
                XCTAssertEqual(answer.status, 200)
            }
        }
    }
}
