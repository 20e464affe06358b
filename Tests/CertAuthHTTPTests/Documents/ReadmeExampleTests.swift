// SPDX-License-Identifier: Apache-2.0
// The example of the README, compiled and run.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import Foundation
import XCTest

// README begin
func serve(certificate: String, key: String, clientAuthority: String, revocationList: String) async throws {
    let options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: [clientAuthority])))
    let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
        guard context.principal.has(.email, "alice@example.com") else { return .fail(reason: "not a member") }
        return .success(context.principal)
    })
    let evidence = RevocationEvidence(revocationLists: try CertificateRevocationList.load(file: revocationList))
    let authenticator = try CertificateAuthenticator(options: options, events: events, revocationEvidence: evidence)
    let identity = try ServerIdentity(certificateFile: certificate, keyFile: key)
    let listener = try HTTPSListener(
        configuration: HTTPSListenerConfiguration(tls: .init(identity: identity, authenticator: authenticator))
    ) { request in .text("hello \(request.principal?.name ?? "nobody")") }
    try await listener.run()
}
// README end

final class ReadmeExampleTests: XCTestCase {
    func test_the_example_of_the_README_is_the_one_that_is_compiled_here() throws {
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let source = try String(contentsOf: here, encoding: .utf8)
        let compiled = try XCTUnwrap(
            source.components(separatedBy: "// README begin\n").dropFirst().first?
                .components(separatedBy: "// README end\n").first
        )
        XCTAssertTrue(readme.contains(compiled), "README.md shows another example than this file compiles")
    }

    func test_the_example_starts_and_stops() async throws {
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Clients")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let files = try server.write(to: folder, as: "server")
        let list = try authority.revocationList()
        let revocationList = try folder.write(list.pem(), as: "clients.crl")
        let running = Task {
            try await serve(
                certificate: files.chain,
                key: files.key,
                clientAuthority: files.anchor,
                revocationList: revocationList
            )
        }
        running.cancel()
        try await running.value
    }
}
