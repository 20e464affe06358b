// SPDX-License-Identifier: Apache-2.0
// The reload that the page about TLS modes shows.

import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class RenewedIdentityTests: XCTestCase {
    private func renew(_ listener: HTTPSListener, _ renewed: ServerIdentity) throws {
        // snippet of TLSModes.md
        try listener.reload { $0.tls?.identity = renewed }
        // end of snippet
    }

    func test_new_connections_see_the_renewed_certificate() async throws {
        let (clients, servers) = (try TestAuthority("Client Root"), try TestAuthority("New Server Root"))
        let alice = try clients.issue("alice")
        let server = try servers.issue("localhost", .server(dnsNames: ["localhost"], addresses: ["127.0.0.1"]))
        let renewed = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        try await TestListener.withListener(trusting: clients) { started in
            let client = started.client(alice)
            let before = try await client.get("/")
            XCTAssertEqual(before.status, 200)
            try renew(started.listener, renewed)
            do {
                _ = try await client.get("/")
                XCTFail("the client does not trust the new server's issuer")
            } catch {}
        }
    }
}
