// SPDX-License-Identifier: Apache-2.0
// The test kit's revocation service reads OCSP requests by GET as responders do.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class RevocationServiceTests: XCTestCase {
    /// Each character as an escape. The case of the hexadecimal digits has no meaning (RFC 3986 section 2.1).
    private func escaped(_ text: String, uppercased: Bool) -> String {
        text.utf8.map { "%" + Hexadecimal.text([$0], uppercased: uppercased) }.joined()
    }

    func test_an_OCSP_request_by_GET_may_have_any_character_escaped_in_either_case() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice").certificate
            let root = try scene.root.certificate
            let identifier = try XCTUnwrap(OCSPCertificateID(of: alice, issuedBy: root, digest: .sha1))
            let request = try XCTUnwrap(OCSPRequest(identifier, nonce: [UInt8](repeating: 0xFF, count: 32)))
            let base64 = Base64.encoded(request.derEncoded)
            let fetcher = NIORevocationFetcher(policy: scene.policy)
            for component in [
                request.pathComponent, request.pathComponent.replacing("%2F", with: "%2f"),
                escaped(base64, uppercased: true), escaped(base64, uppercased: false),
            ] {
                let answer = try await fetcher.fetch(
                    RevocationFetchRequest(
                        url: try RevocationURL(scene.service.responderAddress).appending(component),
                        accept: "application/ocsp-response",
                        maximumBytes: 1 << 16,
                        deadline: .now + .seconds(20)
                    )
                )
                guard case .body(let bytes) = answer.content else {
                    XCTFail(component)
                    continue
                }
                let entries = try OCSPResponse(derEncoded: bytes).entries
                XCTAssertEqual(entries.map(\.certificateID), [identifier], component)
            }
        }
    }
}
