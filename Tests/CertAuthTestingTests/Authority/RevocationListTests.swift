// SPDX-License-Identifier: Apache-2.0
// `openssl crl` and `openssl verify` read the CRLs of the kit.

import CertAuth
import CertAuthTesting
import XCTest

final class RevocationListTests: XCTestCase {
    private func verify(_ identity: TestIdentity, against list: TestRevocationList) throws -> OpenSSLCommand.Answer {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let files = try identity.write(to: folder, as: "leaf")
        let path = try folder.write(list.pem(), as: "list.pem")
        return try openssl.run(
            "verify",
            "-crl_check",
            "-CRLfile",
            path,
            "-CAfile",
            files.anchor,
            "-untrusted",
            files.chain,
            files.certificate
        )
    }

    private func text(of list: TestRevocationList) throws -> String {
        let openssl = try OpenSSLCommand()
        let folder = try TemporaryDirectory()
        let path = try folder.write(list.pem(), as: "list.pem")
        let answer = try openssl.run("crl", "-in", path, "-noout", "-text")
        XCTAssertEqual(answer.exitCode, 0, answer.errors)
        return answer.words
    }

    func test_the_revoked_is_refused_and_the_other_accepted() throws {
        let root = try TestAuthority("Root")
        let alice = try root.issue("alice")
        let bob = try root.issue("bob")
        let list = try root.revocationList(revoked: [bob], reason: 1)
        let accepted = try verify(alice, against: list)
        XCTAssertEqual(accepted.exitCode, 0, accepted.errors)
        let refused = try verify(bob, against: list)
        XCTAssertEqual(refused.exitCode, 2)
        XCTAssertTrue(refused.errors.contains("error 23 at 0 depth lookup: certificate revoked"), refused.errors)
    }

    func test_a_stale_list_and_one_from_the_future_are_refused() throws {
        let root = try TestAuthority("Root")
        let alice = try root.issue("alice")
        let now = Timestamp.now
        let stale = try root.revocationList { $0.nextUpdate = .automatic(now.adding(seconds: -60)) }
        XCTAssertTrue(try verify(alice, against: stale).errors.contains("error 12 at 0 depth lookup"))
        let early = try root.revocationList { $0.thisUpdate = .automatic(now.adding(seconds: 3_600)) }
        XCTAssertTrue(try verify(alice, against: early).errors.contains("error 11 at 0 depth lookup"))
    }

    func test_a_list_that_is_damaged_or_signed_by_another_key_is_refused() throws {
        let root = try TestAuthority("Root")
        let alice = try root.issue("alice")
        let forged = try root.revocationList { $0.signingKey = try TestKey.generate() }
        XCTAssertTrue(try verify(alice, against: forged).errors.contains("error 8 at 0 depth lookup"))
        let spoilt = try root.revocationList { $0.signatureDefect = .flippedBit }
        XCTAssertTrue(try verify(alice, against: spoilt).errors.contains("error 8 at 0 depth lookup"))
    }

    func test_entry_and_list_extensions_are_read() throws {
        let root = try TestAuthority("Root")
        let date = Timestamp(secondsSince1970: 1_700_000_000)
        var entry = RevocationListTemplate.Entry(serialNumber: [0x7B], revocationDate: date, reason: 1)
        entry.extensions.append(.invalidityDate(date.adding(seconds: -60)))
        let list = try root.revocationList(entries: [entry], number: 300) {
            var scope = IssuingDistributionPointTemplate()
            scope.names = [.uri("http://crl.example/users")]
            scope.onlyContainsUserCertificates = true
            scope.onlySomeReasons = [1, 2]
            scope.isIndirect = true
            $0.extensions.append(.issuingDistributionPoint(scope))
            $0.extensions.append(.deltaCRLIndicator(baseNumber: 299))
        }
        let text = try text(of: list)
        for expected in [
            "Version 2 (0x1)", "Issuer: CN=Root", "Serial Number: 7B", "Revocation Date: Nov 14 22:13:20 2023 GMT",
            "X509v3 CRL Reason Code: Key Compromise", "Invalidity Date: Nov 14 22:12:20 2023 GMT",
            "X509v3 CRL Number: 300", "X509v3 Delta CRL Indicator: critical 299",
            "X509v3 Issuing Distribution Point: critical Full Name: URI:http://crl.example/users "
                + "Only User Certificates Indirect CRL Only Some Reasons: Key Compromise, CA Compromise",
        ] {
            XCTAssertTrue(text.contains(expected), "\(expected) is missing in \(text)")
        }
    }

    func test_version_1_has_neither_version_nor_next_update_nor_extensions() throws {
        let list = try TestAuthority("Root").revocationList {
            $0.version = nil
            $0.nextUpdate = nil
            $0.extensions = []
        }
        let text = try text(of: list)
        XCTAssertTrue(text.contains("Version 1 (0x0)"))
        XCTAssertTrue(text.contains("Next Update: NONE"))
        XCTAssertTrue(text.contains("No Revoked Certificates."))
        XCTAssertFalse(text.contains("CRL extensions:"))
    }
}
