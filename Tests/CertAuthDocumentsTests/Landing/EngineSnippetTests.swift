// SPDX-License-Identifier: Apache-2.0
// The example on the landing page of CertAuth, run.

import CertAuth
import CertAuthTesting
import XCTest

final class EngineSnippetTests: XCTestCase {
    private func greet(_ presented: PresentedChain?, in folder: TemporaryDirectory) async throws -> String {
        // The page names files; the test creates them in its own folder.
        func print(_ text: String) { said = text }
        var said = ""
        let path = FileManager.default.currentDirectoryPath
        XCTAssertTrue(FileManager.default.changeCurrentDirectoryPath(folder.path))
        defer { XCTAssertTrue(FileManager.default.changeCurrentDirectoryPath(path)) }
        // snippet of CertAuth.md
        let options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: ["clients.pem"])))
        let lists = try CertificateRevocationList.load(file: "clients.crl")
        let authenticator = try CertificateAuthenticator(
            options: options,
            revocationEvidence: RevocationEvidence(revocationLists: lists)
        )
        switch await authenticator.authenticate(presented, facts: ConnectionFacts(isSecure: true)) {
        case .success(let client): print("hello \(client.principal.name ?? "anonymous")")
        case .failure(let failure): print("refused: \(failure.code)")
        case .noResult(let reason): print("anonymous: \(reason.code)")
        }
        // end of snippet
        return said
    }

    func test_the_example_accepts_and_refuses_as_the_page_says() async throws {
        let authority = try TestAuthority("Clients")
        let folder = try TemporaryDirectory()
        let bob = try authority.issue("bob")
        try folder.write(authority.identity.certificatePEM(), as: "clients.pem")
        try folder.write(authority.revocationList(revoked: [bob]).pem(), as: "clients.crl")
        let expected: [(TestIdentity?, String)] = [
            (try authority.issue("alice"), "hello alice"), (bob, "refused: revoked"),
            (nil, "anonymous: no-certificate"),
        ]
        for (identity, text) in expected {
            let chain = identity.flatMap { PresentedChain(derEncoded: $0.chain, source: .tls) }
            let said = try await greet(chain, in: folder)
            XCTAssertEqual(said, text)
        }
    }
}
