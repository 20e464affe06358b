// SPDX-License-Identifier: Apache-2.0
// The answers of `certauth pki responder`, without sockets.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTesting
import HTTPTypes
import XCTest

final class RevocationResponderTests: XCTestCase {
    /// Each character as an escape. The case of the hexadecimal digits has no meaning (RFC 3986 section 2.1).
    private func escaped(_ text: String, uppercased: Bool) -> String {
        text.utf8.map { "%" + Hexadecimal.text([$0], uppercased: uppercased) }.joined()
    }

    func test_an_OCSP_request_by_GET_may_have_any_character_escaped_in_either_case() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice")
        let issuer = try XCTUnwrap(Certificate.load(file: world.path("intermediate.pem")).first)
        let identifier = try XCTUnwrap(OCSPCertificateID(of: alice, issuedBy: issuer, digest: .sha1))
        let request = try XCTUnwrap(OCSPRequest(identifier, nonce: [UInt8](repeating: 0xFF, count: 32)))
        let base64 = Base64.encoded(request.derEncoded)
        XCTAssertTrue(base64.contains("/"))
        let responder = RevocationResponder(
            path: world.directory.path,
            seconds: 60,
            clock: .fixed(PKIInFolder.start)
        )
        for component in [
            request.pathComponent, request.pathComponent.replacing("%2F", with: "%2f"),
            escaped(base64, uppercased: true), escaped(base64, uppercased: false), base64,
        ] {
            let answer = responder.response(method: .get, path: "/ocsp/" + component, body: [])
            let entries = try OCSPResponse(derEncoded: answer.body).entries
            XCTAssertEqual(entries.map(\.certificateID), [identifier], component)
        }
        for component in ["%2", "%zz", base64 + "%3", "=" + base64] {
            let answer = responder.response(method: .get, path: "/ocsp/" + component, body: [])
            XCTAssertEqual(answer.body, [0x30, 0x03, 0x0A, 0x01, 0x01], component)
        }
    }

    func test_a_responder_where_no_certificate_looks_for_it_says_so() throws {
        let directory = try TemporaryDirectory()
        var settings = PKISettings()
        settings.responderURL = "http://127.0.0.1:18889"
        let pki = try DevelopmentPKI(creating: directory.path, settings)
        XCTAssertNil(pki.responderNote(listeningAt: "127.0.0.1:18889"))
        XCTAssertEqual(
            pki.responderNote(listeningAt: "127.0.0.1:8889"),
            "notice: the certificates of this PKI name http://127.0.0.1:18889, which must lead to http://127.0.0.1:8889: "
                + "listen there with --listen if it is this machine"
        )
        XCTAssertEqual(
            try PKIInFolder().pki.responderNote(listeningAt: "127.0.0.1:8889"),
            "notice: the certificates of this PKI name no responder: make a PKI with `certauth pki init --responder-url "
                + "http://127.0.0.1:8889`, or give clients the address"
        )
    }
}
