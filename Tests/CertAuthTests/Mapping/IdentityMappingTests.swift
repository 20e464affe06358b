// SPDX-License-Identifier: Apache-2.0
// A certificate maps to exactly one user, or the refusal explains why not.

import CertAuth
import CertAuthTesting
import XCTest

final class IdentityMappingTests: XCTestCase {
    private let own = OID([1, 2, 3, 4, 5])!
    private let sid = "S-1-5-21-1-2-3-1104"

    /// Asserts that the rule finds Alice by `identifier`, and no user by `other`.
    private func assertLeads(
        _ rule: IdentityRule,
        _ identity: TestIdentity,
        by identifier: CertificateIdentifier,
        notBy other: CertificateIdentifier,
        file: StaticString = #filePath,
        line: UInt = #line
    ) async throws {
        let scene = try XCTUnwrap(scene)
        let found = try await scene.result(identity, [rule], MappingStage.alice(identifier))
        XCTAssertEqual(assertAccepted(found, file: file, line: line)?.principal.name, "Alice", file: file, line: line)
        let lost = try await scene.result(identity, [rule], MappingStage.alice(other))
        assertRefused(lost, .identityNotMapped, at: 0, file: file, line: line)
    }

    private var scene: MappingStage!

    override func setUpWithError() throws { scene = try MappingStage() }

    func test_each_kind_of_alternative_name_finds_its_user() async throws {
        let directory = try DistinguishedName(rfc4514: "CN=Printer,O=Example")
        let api = try XCTUnwrap(SPIFFEID("spiffe://example.org/api"))
        let identity = try scene.identity([
            .email("Alice@Example.com"), .dns("Host.example.com"), .uri("spiffe://example.org/api"), .ip("2001:db8::1"),
            .directory(NameTemplate([[.init(.organizationName, "Example")], [.init(.commonName, "printer")]])),
            .userPrincipalName("alice@CORP"), .otherName(own, value: DER.utf8String("badge 7")),
            .registeredID(own),
        ])
        let cases: [(IdentityRule, CertificateIdentifier, CertificateIdentifier)] = [
            (.email, .email("Alice@example.COM"), .email("alice@Example.com")),
            (.dns, .dns("host.EXAMPLE.com"), .dns("example.com")),
            (.uri, .uri("spiffe://example.org/api"), .uri("spiffe://example.org/API")),
            (.ipAddress, .ipAddress("2001:db8::1"), .ipAddress("2001:db8::2")),
            (.directoryName, .directoryName(directory), .subject(directory)),
            (.userPrincipalName, .userPrincipalName("Alice@corp"), .email("alice@CORP")),
            (.otherName(own), .otherName(own, "badge 7"), .otherName(own, "Badge 7")),
            (.registeredID, .registeredID(own), .registeredID(.commonName)),
            (.spiffeID(trustDomain: "example.org"), .spiffeID(api), .uri("spiffe://example.org/api")),
        ]
        for (rule, identifier, other) in cases {
            try await assertLeads(rule, identity, by: identifier, notBy: other)
        }
    }

    func test_names_and_numbers_of_the_certificate_find_its_user() async throws {
        let identity = try scene.stage.issuing.issue("alice") { template in
            template.subject = NameTemplate([[.init(.organizationName, "Example")], [.init(.commonName, "alice")]])
        }
        let certificate = try identity.certificate
        let digest = certificate.sha256Thumbprint
        let key = try XCTUnwrap(certificate.publicKeyHash())
        let identifier = try XCTUnwrap(certificate.subjectKeyIdentifier)
        let (issuer, number) = (certificate.issuer, certificate.serialNumber)
        let root = try scene.stage.root.certificate.subject
        let cases: [(IdentityRule, CertificateIdentifier, CertificateIdentifier)] = [
            (.subject, .subject(try DistinguishedName(rfc4514: "cn=ALICE,o=example")), .subject(issuer)),
            (
                .subjectAttribute(.commonName), .subjectAttribute(.commonName, " Alice"),
                .subjectAttribute(.userID, "alice")
            ),
            (.issuerAndSerialNumber, .issuerAndSerialNumber(issuer, number), .issuerAndSerialNumber(root, number)),
            (.subjectKeyIdentifier, .subjectKeyIdentifier(identifier), .subjectKeyIdentifier([1])),
            (.thumbprint, .thumbprint(digest), .publicKey(digest)), (.publicKey, .publicKey(key), .publicKey(digest)),
        ]
        for (rule, right, wrong) in cases { try await assertLeads(rule, identity, by: right, notBy: wrong) }
    }

    func test_the_principal_is_the_user_first_and_the_certificate_second() async throws {
        let identity = try scene.identity([.email("alice@example.com")])
        let store = try MappingStage.alice(.email("alice@example.com"))
        let result = try await scene.result(identity, [.email], store)
        let principal = try XCTUnwrap(assertAccepted(result)?.principal)
        XCTAssertEqual(principal.name, "Alice")
        XCTAssertEqual(principal.identities.map(\.authenticationType), ["CertificateUser", "Certificate"])
        XCTAssertEqual(principal.identities[0].first(.nameIdentifier), "u1")
        XCTAssertEqual(principal.all(.role), ["staff", "admin"])
        XCTAssertEqual(Set(principal.identities[0].claims.map(\.issuer)), ["user store"])
        XCTAssertEqual(principal.identities[1].name, "somebody")
        let admin = AuthorizationPolicy.claim(.role, anyOf: ["admin"], issuedBy: "user store")
        let allowed = await admin.authorize(result)
        XCTAssertEqual(allowed, result)
    }

    func test_no_user_and_several_users_are_refusals_that_name_the_identifier() async throws {
        let identity = try scene.identity([.email("alice@example.com"), .userPrincipalName("b\u{7F}b")])
        let none = try await scene.result(identity, [.email], InMemoryUserStore([]))
        XCTAssertEqual(
            assertRefused(none, .identityNotMapped, at: 0)?.message,
            "no user was found by email 'alice@example.com'"
        )
        let empty = try await scene.result(identity, [.registeredID], InMemoryUserStore([]))
        XCTAssertEqual(
            assertRefused(empty, .identityNotMapped, at: 0)?.message,
            "the certificate has no identifier for any identity rule"
        )
        let both = try InMemoryUserStore([
            .init(MappingStage.alice, identifiers: [.email("alice@example.com")]),
            .init(MappingStage.bob, identifiers: [.userPrincipalName("b\u{7F}b")]),
        ])
        let several = try await scene.result(identity, [.email, .userPrincipalName], both)
        XCTAssertEqual(
            assertRefused(several, .identityAmbiguous, at: 0)?.message,
            "2 users, u1, u2, by email 'alice@example.com', upn 'b\\u{7f}b'"
        )
        let one = try await scene.result(identity, [.email], both)
        XCTAssertEqual(assertAccepted(one)?.principal.name, "Alice")
        let twins = ScriptedUserStore { _ in [MappingStage.alice, MappingStage.bob] }
        assertRefused(try await scene.result(identity, [.email], twins), .identityAmbiguous, at: 0)
    }

    func test_two_identifiers_of_one_user_find_that_user_and_each_is_queried_once() async throws {
        let identity = try scene.identity([.email("alice@example.com"), .email("alice@EXAMPLE.com"), .dns("a.example")])
        let store = ScriptedUserStore { _ in [MappingStage.alice] }
        let result = try await scene.result(identity, [.email, .dns, .email], store)
        XCTAssertEqual(assertAccepted(result)?.principal.name, "Alice")
        XCTAssertEqual(store.asked.contexts, [.email("alice@example.com"), .dns("a.example")])
    }

    func test_a_certificate_with_many_names_causes_no_query_of_the_store() async throws {
        let names = (0..<17).map { GeneralNameTemplate.dns("h\($0).example") }
        let store = ScriptedUserStore { _ in [MappingStage.alice] }
        let many = try await scene.result(scene.identity(names), [.dns], store)
        XCTAssertEqual(
            assertRefused(many, .limitExceeded, at: 0)?.message,
            "17 identifiers to look up, at most 16 (IdentityMapping.mostIdentifiers)"
        )
        XCTAssertEqual(store.asked.count, 0)
        assertAccepted(try await scene.result(scene.identity(Array(names.dropLast())), [.dns], store))
        XCTAssertEqual(store.asked.count, 16)
    }

    func test_a_store_that_throws_refuses() async throws {
        struct TestError: Error {}
        let identity = try scene.identity([.email("alice@example.com")])
        let result = try await scene.result(identity, [.email], ScriptedUserStore { _ in throw TestError() })
        assertRefused(result, .rejectedByHandler, at: nil)
    }

    func test_only_the_named_authorities_certificates_are_mapped() async throws {
        let other = try TestAuthority("Other Root", clock: scene.stage.clock.verificationClock)
        let roots = [try scene.stage.root.certificate, try other.certificate]
        let store = try MappingStage.alice(.email("alice@example.com"))
        let authorities: Set = [try scene.stage.root.certificate.sha256Thumbprint]
        let names = [GeneralNameTemplate.email("alice@example.com")]
        let real = try await scene.result(
            scene.identity(names),
            [.email],
            store,
            authorities: authorities,
            trusting: roots
        )
        assertAccepted(real)
        let forged = try await scene.result(
            scene.identity(names, of: other),
            [.email],
            store,
            authorities: authorities,
            trusting: roots
        )
        XCTAssertEqual(
            assertRefused(forged, .identityNotMapped, at: 0)?.message,
            "CN=somebody: no authority of its path is among those whose certificates are mapped"
        )
    }

    func test_a_workload_is_accepted_only_in_its_trust_domain_and_from_its_authorities() async throws {
        let identity = try scene.identity([.uri("spiffe://example.org/api")])
        let api = try XCTUnwrap(SPIFFEID("spiffe://example.org/api"))
        let store = try MappingStage.alice(.spiffeID(api))
        let root = try scene.stage.root.certificate.sha256Thumbprint
        let leaf = try identity.certificate.sha256Thumbprint
        let ours = IdentityRule.spiffeID(trustDomain: "example.org", authorities: [root])
        assertAccepted(try await scene.result(identity, [ours], store))
        let wrong: [IdentityRule] = [
            .spiffeID(trustDomain: "example.com"), .spiffeID(trustDomain: "example.org", authorities: [leaf]),
        ]
        for rule in wrong {
            assertRefused(try await scene.result(identity, [rule], store), .identityNotMapped, at: 0)
        }
    }

    func test_a_contradictory_mapping_throws() throws {
        let store = try InMemoryUserStore([])
        let sha1 = try XCTUnwrap(scene.stage.root.certificate.thumbprint(.sha1))
        assertThrows(IdentityMappingError.noRules) { _ = try IdentityMapping(rules: [], store: store) }
        assertThrows(IdentityMappingError.noAuthorities) {
            _ = try IdentityMapping(rules: [.email], store: store, authorities: [])
        }
        assertThrows(IdentityMappingError.notSHA256(sha1.hexadecimal)) {
            _ = try IdentityMapping(rules: [.email], store: store, authorities: [sha1])
        }
        assertThrows(IdentityMappingError.sharedIdentifier("email 'A@EXAMPLE.com'")) {
            _ = try InMemoryUserStore([
                .init(MappingStage.alice, identifiers: [.email("A@example.com")]),
                .init(MappingStage.bob, identifiers: [.email("A@EXAMPLE.com")]),
            ])
        }
    }
}
