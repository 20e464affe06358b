// SPDX-License-Identifier: Apache-2.0
// `openssl verify` validates chains of a test authority.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class TestAuthorityTests: XCTestCase {
    private func verify(
        _ identity: TestIdentity,
        trusting anchor: [UInt8]? = nil,
        with extra: String...
    ) throws -> OpenSSLCommand.Answer {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let files = try identity.write(to: folder, as: "leaf")
        var arguments = ["verify", "-x509_strict", "-purpose", "sslclient", "-untrusted", files.chain]
        if let anchor {
            let path = try folder.write(PEMBlock(label: "CERTIFICATE", contents: anchor).text(), as: "anchor.pem")
            arguments += ["-CAfile", path]
        } else {
            arguments += ["-CAfile", files.anchor]
        }
        return try openssl.run(arguments + extra + [files.certificate])
    }

    private func assertAccepted(_ answer: OpenSSLCommand.Answer, _ name: String = "", line: UInt = #line) {
        XCTAssertEqual(answer.exitCode, 0, "\(name) \(answer.errors)", line: line)
    }

    private func assertRefused(_ answer: OpenSSLCommand.Answer, _ code: Int, depth: Int = 0, line: UInt = #line) {
        XCTAssertEqual(answer.exitCode, 2, line: line)
        XCTAssertTrue(answer.errors.contains("error \(code) at \(depth) depth lookup"), answer.errors, line: line)
    }

    func test_a_client_below_a_root_and_below_two_intermediates_is_accepted() throws {
        let root = try TestAuthority("Root")
        assertAccepted(try verify(root.issue("alice")))
        let inner = try root.intermediate("Outer", pathLength: 1).intermediate("Inner", pathLength: 0)
        assertAccepted(try verify(inner.issue("alice")))
    }

    func test_every_kind_of_key_makes_a_chain_that_verifies() throws {
        let kinds: [TestKey.Kind] = [
            .p256, .p384, .p521, .secp256k1, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448,
        ]
        for kind in kinds {
            let root = try TestAuthority("Root", key: .generate(kind))
            assertAccepted(try verify(root.issue("alice", key: .generate(kind))), "\(kind)")
        }
    }

    func test_every_rsa_scheme_verifies_with_the_same_key() throws {
        let key = try TestKey.generate(.rsa(bits: 2048))
        let schemes: [SignatureScheme] = [
            .rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512,
        ]
        for scheme in schemes {
            let root = try TestAuthority("Root", key: key)
            assertAccepted(try verify(root.issue("alice") { $0.signatureScheme = scheme }))
        }
    }

    func test_weak_digests_are_refused_where_the_security_level_asks_for_more() throws {
        let root = try TestAuthority("Root", key: .generate(.rsa(bits: 2048)))
        for scheme in [SignatureScheme.rsaMD5, .rsaSHA1] {
            let alice = try root.issue("alice") { $0.signatureScheme = scheme }
            assertRefused(try verify(alice, with: "-auth_level", "2"), 68)
            assertAccepted(try verify(alice, with: "-auth_level", "0"))
        }
    }

    func test_each_preset_has_the_defect_of_its_name() throws {
        let root = try TestAuthority("Root")
        assertRefused(try verify(root.issue("alice", .expired)), 10)
        assertRefused(try verify(root.issue("alice", .notYetValid)), 9)
        assertRefused(try verify(root.issue("alice", .wrongUsage)), 26)
        assertAccepted(try verify(root.issue("alice", .withoutExtendedKeyUsage)))
    }

    func test_a_damaged_signature_is_refused() throws {
        let root = try TestAuthority("Root")
        for defect in [SignatureDefect.flippedBit, .empty, .replaced([0x30, 0x00])] {
            assertRefused(try verify(root.issue("alice") { $0.signatureDefect = defect }), 7)
        }
        assertRefused(try verify(root.issue("alice") { $0.signingKey = try TestKey.generate() }), 7)
    }

    func test_a_path_longer_than_the_root_allows_is_refused() throws {
        let tight = try TestAuthority("Root", pathLength: 0).intermediate("Issuing").issue("alice")
        assertRefused(try verify(tight), 25, depth: 2)
        let wide = try TestAuthority("Root", pathLength: 1).intermediate("Issuing").issue("alice")
        assertAccepted(try verify(wide))
    }

    func test_a_cross_signed_authority_leads_to_both_roots() throws {
        let old = try TestAuthority("Old Root")
        let new = try TestAuthority("New Root")
        let crossed = try old.crossSign(new)
        let alice = try crossed.issue("alice")
        assertAccepted(try verify(alice))
        assertAccepted(try verify(alice, trusting: new.certificateDER))
        assertRefused(try verify(new.issue("bob"), trusting: old.certificateDER), 20)
        XCTAssertEqual(alice.chain, [alice.certificateDER, crossed.certificateDER])
    }

    func test_a_self_signed_identity_is_its_own_anchor() throws {
        let alice = try TestIdentity.selfSigned("alice")
        XCTAssertEqual(alice.chain, [alice.certificateDER])
        XCTAssertEqual(alice.anchorDER, alice.certificateDER)
        XCTAssertTrue(try alice.certificate.isSelfSigned)
    }

    func test_an_authority_read_from_files_issues_like_the_one_that_was_written() throws {
        let root = try TestAuthority("Root")
        let issuing = try root.intermediate("Issuing")
        let reread = try TestAuthority(
            certificateDER: issuing.certificateDER,
            key: TestKey(pem: issuing.key.pem(password: "secret"), password: "secret"),
            issuers: [root.certificateDER]
        )
        let alice = try reread.issue("alice")
        assertAccepted(try verify(alice))
        XCTAssertEqual(alice.chain, [alice.certificateDER, issuing.certificateDER])
        XCTAssertEqual(alice.anchorDER, root.certificateDER)
        XCTAssertEqual(reread.serialNumber, issuing.serialNumber)
    }

    func test_dates_follow_the_clock() throws {
        let clock = TestClock(Timestamp(secondsSince1970: 1_700_000_000))
        let root = try TestAuthority("Root", clock: clock.verificationClock)
        let first = try root.issue("alice").certificate.validity
        XCTAssertEqual(first.notBefore, Timestamp(secondsSince1970: 1_700_000_000 - 3_600))
        XCTAssertEqual(first.notAfter, Timestamp(secondsSince1970: 1_700_000_000 + 365 * 86_400))
        clock.advance(by: .seconds(86_400))
        XCTAssertEqual(try root.issue("bob").certificate.validity.notBefore, first.notBefore.adding(seconds: 86_400))
    }
}
