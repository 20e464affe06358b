// SPDX-License-Identifier: Apache-2.0
// Whether a connection belongs to a proxy is decided once, until an input changes.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class ProxyIdentityCacheTests: XCTestCase {
    private struct Scene {
        let authority: TestAuthority
        let authenticator: CertificateAuthenticator
        let chain: PresentedChain
        let memory = ProxyIdentityCache()

        init(isKnown: Bool = true) throws {
            authority = try TestAuthority("Proxy Root")
            let issuer = isKnown ? authority : try TestAuthority("Proxy Root")
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .noCheck
            authenticator = try CertificateAuthenticator(options: options)
            chain = try XCTUnwrap(PresentedChain(derEncoded: try issuer.issue("edge").chain, source: .tls))
        }

        /// The remembered answer, and whether the chain was validated for it.
        func ask(_ chain: PresentedChain? = nil) -> (isProxy: Bool, wasJudged: Bool) {
            var wasJudged = false
            let isProxy = memory.isProxy(chain ?? self.chain, by: authenticator.verdicts) { record in
                wasJudged = true
                return record.path != nil
            }
            return (isProxy, wasJudged)
        }
    }

    func test_each_answer_is_made_once_a_refusal_too() throws {
        for isKnown in [true, false] {
            let scene = try Scene(isKnown: isKnown)
            XCTAssertTrue(scene.ask() == (isKnown, true))
            for _ in 0..<3 { XCTAssertTrue(scene.ask() == (isKnown, false)) }
        }
    }

    func test_another_certificate_of_the_connection_is_asked_about_again() throws {
        let scene = try Scene()
        XCTAssertTrue(scene.ask() == (true, true))
        let other = try XCTUnwrap(
            PresentedChain(derEncoded: try TestAuthority("Other").issue("edge").chain, source: .tls)
        )
        XCTAssertTrue(scene.ask(other) == (false, true))
    }

    func test_a_revocation_ends_the_answer() throws {
        let scene = try Scene()
        XCTAssertTrue(scene.ask() == (true, true))
        scene.authenticator.revoke(try Certificate(derEncoded: scene.chain.derEncoded[0]))
        XCTAssertTrue(scene.ask() == (false, true))
    }

    func test_different_identities_do_not_share_an_answer() throws {
        let (known, other) = (try Scene(), try Scene(isKnown: false))
        XCTAssertTrue(known.ask() == (true, true))
        let isProxy = known.memory.isProxy(known.chain, by: other.authenticator.verdicts) { $0.path != nil }
        XCTAssertFalse(isProxy)
        XCTAssertTrue(known.ask() == (true, false))
    }

    /// Each authenticator is released before the next one is created, so that many have the same address, except with
    /// AddressSanitizer.
    func test_an_identity_that_a_reload_has_replaced_answers_for_no_other() throws {
        let scene = try Scene()
        let options = scene.authenticator.options
        for turn in 0..<200 {
            let authenticator = try CertificateAuthenticator(options: options)
            // Every second one has a pin that the chain does not match.
            var wasJudged = false
            let isProxy = scene.memory.isProxy(scene.chain, by: authenticator.verdicts) { _ in
                wasJudged = true
                return turn.isMultiple(of: 2)
            }
            XCTAssertTrue(wasJudged, "\(turn)")
            XCTAssertEqual(isProxy, turn.isMultiple(of: 2), "\(turn)")
        }
    }
}
