// SPDX-License-Identifier: Apache-2.0
// Users are equal if the bytes of their identifiers are; their claims are distinct from the certificate's.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class UserComparisonTests: XCTestCase {
    private let composed = "jos\u{E9}"
    private let decomposed = "jose\u{301}"
    private var scene: MappingStage!

    override func setUpWithError() throws { scene = try MappingStage() }

    private func result(_ answers: [CertificateUser]) async throws -> AuthenticationResult {
        let identity = try scene.identity([.email("a@example.com"), .email("b@example.com")])
        let turn = Counter()
        let store = ScriptedUserStore { _ in [answers[turn.increment()]] }
        return try await scene.result(identity, [.email], store)
    }

    func test_the_same_user_with_roles_in_another_order_is_one_user() async throws {
        let one = CertificateUser(identifier: "u1", name: "Alice", roles: ["staff", "admin"])
        let other = CertificateUser(identifier: "u1", name: "Alice", roles: ["admin", "staff"])
        XCTAssertEqual(one, other)
        let found = assertAccepted(try await result([one, other]))
        XCTAssertEqual(found?.principal.all(.role), ["staff", "admin"])
        let two = CertificateUser(identifier: "u2", name: "Alice", roles: ["staff", "admin"])
        assertRefused(try await result([one, two]), .identityAmbiguous, at: 0)
    }

    func test_a_user_that_changes_between_two_queries_has_the_claims_of_both() async throws {
        let before = CertificateUser(
            identifier: "u1",
            roles: ["staff", "admin"],
            claims: [Claim(.upn, "a", issuer: "HR"), Claim(.dns, "b", issuer: "HR")]
        )
        let after = CertificateUser(identifier: "u1", roles: ["staff"], claims: [Claim(.upn, "a", issuer: "HR")])
        for answers in [[before, after], [after, before]] {
            let found = assertAccepted(try await result(answers))
            let principal = try XCTUnwrap(found?.principal)
            XCTAssertEqual(principal.all(.role), ["staff"])
            XCTAssertEqual(
                principal.identities[0].claims.filter { $0.issuer == "HR" },
                [Claim(.upn, "a", issuer: "HR")]
            )
        }
    }

    func test_users_whose_identifiers_Unicode_calls_equivalent_are_two() async throws {
        XCTAssertEqual(composed, decomposed, "Swift takes them for equal")
        let (one, other) = (CertificateUser(identifier: composed), CertificateUser(identifier: decomposed))
        XCTAssertNotEqual(one, other)
        assertRefused(try await result([one, other]), .identityAmbiguous, at: 0)
        assertAccepted(try await result([one, one]))
        assertThrows(IdentityMappingError.sharedIdentifier("email 'a@example.com'")) {
            _ = try InMemoryUserStore([
                .init(one, identifiers: [.email("a@example.com")]),
                .init(other, identifiers: [.email("a@example.com")]),
            ])
        }
    }

    func test_claims_and_codes_that_Unicode_calls_equivalent_are_different() {
        XCTAssertNotEqual(Claim(.role, composed), Claim(.role, decomposed))
        XCTAssertNotEqual(Claim(.role, "a", issuer: composed), Claim(.role, "a", issuer: decomposed))
        XCTAssertNotEqual(ClaimType(rawValue: composed), ClaimType(rawValue: decomposed))
        XCTAssertNotEqual(FailureCode(rawValue: "\u{212A}"), FailureCode(rawValue: "K"))
        XCTAssertEqual(Set([Claim(.role, composed), Claim(.role, composed), Claim(.role, decomposed)]).count, 2)
        XCTAssertEqual(Claim(.role, composed), Claim(.role, composed))
    }

    func test_claims_of_the_store_never_have_the_issuer_of_the_certificates_claims() async throws {
        let user = CertificateUser(
            identifier: "u1",
            claims: [
                Claim(.thumbprint, "forged"), Claim(.email, "ceo@example.com", issuer: "Certificates"),
                Claim(.upn, "u", issuer: "HR"),
            ]
        )
        let store = try InMemoryUserStore([.init(user, identifiers: [.email("a@example.com")])])
        let mapping = try IdentityMapping(rules: [.email], store: store)
        let events = CertificateAuthenticationEvents(onCertificateValidated: mapping.onCertificateValidated)
        let options = try scene.stage.options { $0.claimsIssuer = "Certificates" }
        let authenticator = try scene.stage.authenticator(options: options, events: events)
        let identity = try scene.identity([.email("a@example.com")])
        let found = assertAccepted(await authenticator.authenticate(identity))
        let principal = try XCTUnwrap(found?.principal)
        XCTAssertEqual(
            principal.identities[0].claims.suffix(3),
            [
                Claim(.thumbprint, "forged", issuer: "user store"),
                Claim(.email, "ceo@example.com", issuer: "user store"), Claim(.upn, "u", issuer: "HR"),
            ]
        )
        XCTAssertEqual(Set(principal.identities[1].claims.map(\.issuer)), ["Certificates"])
    }

    func test_a_mapping_whose_claims_issuer_is_the_certificates_is_refused() async throws {
        let store = try MappingStage.alice(.email("a@example.com"))
        for issuer in ["", Claim.localAuthority] {
            assertThrows(IdentityMappingError.claimsIssuerInUse(issuer)) {
                _ = try IdentityMapping(rules: [.email], store: store, claimsIssuer: issuer)
            }
        }
        let identity = try scene.identity([.email("a@example.com")])
        for (issuer, isAccepted) in [("user store", false), ("Certificates", true)] {
            let mapping = try IdentityMapping(rules: [.email], store: store)
            let events = CertificateAuthenticationEvents(onCertificateValidated: mapping.onCertificateValidated)
            let options = try scene.stage.options { $0.claimsIssuer = issuer }
            let authenticator = try scene.stage.authenticator(options: options, events: events)
            let result = await authenticator.authenticate(identity)
            if isAccepted { assertAccepted(result) } else { assertRefused(result, .rejectedByHandler, at: nil) }
        }
    }

    func test_identifiers_have_equal_look_up_keys_exactly_when_they_are_equal() throws {
        let name = try DistinguishedName(rfc4514: "CN=alice,O=Example")
        let identifiers: [CertificateIdentifier] = [
            .userPrincipalName("Alice@Corp"), .userPrincipalName("alice@corp"), .email("Alice@Corp"),
            .email("alice@corp"), .email("Alice@corp"), .dns("ALICE"), .dns("alice"), .uri("a"), .uri("A"),
            .otherName(.commonName, composed), .otherName(.commonName, decomposed), .otherName(.userID, composed),
            .subject(name), .subject(try DistinguishedName(rfc4514: "cn=ALICE,o=example")), .directoryName(name),
        ]
        for one in identifiers {
            for other in identifiers {
                XCTAssertEqual(one.lookupKey == other.lookupKey, one == other, "\(one) \(other)")
            }
            XCTAssertTrue(one.lookupKey.utf8.allSatisfy { (0x20..<0x7F).contains($0) && !(0x41...0x5A).contains($0) })
        }
        XCTAssertEqual(CertificateIdentifier.userPrincipalName("Al@B").lookupKey, "upn 616c4062")
        XCTAssertEqual(CertificateIdentifier.otherName(.commonName, "A").lookupKey, "other-name 2.5.4.3 41")
        XCTAssertEqual(
            CertificateIdentifier.subject(try DistinguishedName(rfc4514: "CN=A")).lookupKey,
            "subject 0000000103550403010000000161"
        )
    }
}
