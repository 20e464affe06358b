// SPDX-License-Identifier: Apache-2.0
// The Guide's reload, run: changed files take effect, broken files do not.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import Foundation
import XCTest

final class ReloadSnippetTests: XCTestCase {
    private func code(of identity: TestIdentity, by authenticator: CertificateAuthenticator) async -> FailureCode? {
        let chain = PresentedChain(derEncoded: identity.chain, source: .tls)
        let facts = ConnectionFacts(isSecure: true)
        guard let chain else { return .malformed }
        return await authenticator.authenticate(chain, facts: facts).refusalCode
    }

    /// Authenticates until the answer is `code`, for ten seconds at most.
    private func waits(
        for code: FailureCode?,
        of identity: TestIdentity,
        by authenticator: CertificateAuthenticator
    ) async -> FailureCode? {
        let end = ContinuousClock.now + .seconds(10)
        var found = await self.code(of: identity, by: authenticator)
        while found != code, ContinuousClock.now < end {
            await Task.yield()
            found = await self.code(of: identity, by: authenticator)
        }
        return found
    }

    func test_a_new_CRL_and_a_new_anchor_take_effect_and_a_broken_file_changes_nothing() async throws {
        let pki = try GuidePKI()
        let (authenticator, watch) = try makeReloadingAuthenticator(pki: pki.path, interval: .milliseconds(20))
        let service = Task { try await watch.run() }
        defer { service.cancel() }
        let before = await code(of: pki.bob, by: authenticator)
        XCTAssertNil(before)

        try pki.folder.write("no CRL", as: "crls.pem")
        let other = try TestAuthority("Other Root")
        let eve = try other.issue("eve")
        let anchors = try [pki.root.identity, other.identity].map { try $0.certificatePEM() }.joined()
        try pki.folder.write(anchors, as: "root.pem")
        let stranger = await code(of: eve, by: authenticator)
        XCTAssertEqual(stranger, .untrusted)

        let lists = [
            try pki.root.revocationList(), try other.revocationList(),
            try pki.issuing.revocationList(revoked: [pki.bob], number: 2),
        ]
        try pki.folder.write(lists.map { try $0.pem() }.joined(), as: "crls.pem")
        let revoked = await waits(for: .revoked, of: pki.bob, by: authenticator)
        XCTAssertEqual(revoked, .revoked)
        let admitted = await waits(for: nil, of: eve, by: authenticator)
        XCTAssertNil(admitted)
    }
}
