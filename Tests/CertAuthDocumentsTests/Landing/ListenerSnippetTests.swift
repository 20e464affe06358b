// SPDX-License-Identifier: Apache-2.0
// The example on the landing page of CertAuthHTTP, run.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class ListenerSnippetTests: XCTestCase {
    private func start(
        identity: ServerIdentity,
        authenticator: CertificateAuthenticator
    ) async throws -> (HTTPSListener, ListenerAddress) {
        // snippet of CertAuthHTTP.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        tls.validation = .request
        let listener = try HTTPSListener(configuration: HTTPSListenerConfiguration(tls: tls)) { request in
            .text("hello \(request.principal?.name ?? "anonymous")")
        }
        let address = try await listener.start()
        // end of snippet
        return (listener, address)
    }

    func test_the_example_of_the_page_answers_a_client() async throws {
        let pki = try GuidePKI()
        let identity = try ServerIdentity(
            certificateFile: "\(pki.path)/localhost.chain.pem",
            keyFile: "\(pki.path)/localhost.key"
        )
        let (listener, address) = try await start(identity: identity, authenticator: try pki.authenticator())
        let client = TLSTestClient(
            address: address,
            serverAnchorDER: pki.root.certificateDER,
            identity: pki.alice
        )
        let answer = try await client.get("/")
        XCTAssertEqual(answer.text, "hello alice")
        await listener.shutdown()
    }
}
