// SPDX-License-Identifier: Apache-2.0
// A name never replaces a strong identifier (CVE-2022-26923, KB5014754), in any order of the rules.

import CertAuth
import CertAuthTesting
import XCTest

final class StrongMappingTests: XCTestCase {
    private let victimSID = "S-1-5-21-1-2-3-1104"
    private let ownSID = "S-1-5-21-1-2-3-6666"
    private let upn = GeneralNameTemplate.userPrincipalName("alice@corp.example")
    private let host = GeneralNameTemplate.dns("alice.corp.example")
    private var scene: MappingStage!

    override func setUpWithError() throws { scene = try MappingStage() }

    private func sid(_ text: String) throws -> CertificateIdentifier {
        .securityIdentifier(try XCTUnwrap(WindowsSecurityIdentifier(text)))
    }

    /// Alice, with all her identifiers.
    private func store() throws -> InMemoryUserStore {
        try MappingStage.alice(
            sid(victimSID),
            .userPrincipalName("alice@corp.example"),
            .dns("alice.corp.example")
        )
    }

    private func identity(_ names: [GeneralNameTemplate], sids: [String] = []) throws -> TestIdentity {
        try scene.stage.issuing.issue("somebody") { template in
            for text in sids { template.extensions.append(MappingStage.securityExtension(text)) }
            template.extensions.replace(.subjectAlternativeNames(names))
        }
    }

    func test_the_victims_name_with_an_unknown_or_missing_account_finds_no_user() async throws {
        let weak: [(IdentityRule, GeneralNameTemplate)] = [(.userPrincipalName, upn), (.dns, host)]
        for (rule, name) in weak {
            for rules in [[rule, .securityIdentifier], [.securityIdentifier, rule]] {
                for demand in [IdentityMapping.Demand.allRules, .anyRule] {
                    for sids in [[ownSID], []] {
                        let forged = try await scene.result(
                            identity([name], sids: sids),
                            rules,
                            store(),
                            demand: demand
                        )
                        assertRefused(forged, .identityNotMapped, at: 0)
                    }
                    let real = try await scene.result(
                        identity([name], sids: [victimSID]),
                        rules,
                        store(),
                        demand: demand
                    )
                    XCTAssertEqual(assertAccepted(real)?.principal.name, "Alice")
                }
            }
        }
    }

    func test_the_refusal_names_the_rule_that_does_not_find_the_user() async throws {
        let forged = try await scene.result(
            identity([upn], sids: [ownSID]),
            [.userPrincipalName, .securityIdentifier],
            store()
        )
        XCTAssertEqual(
            assertRefused(forged, .identityNotMapped, at: 0)?.message,
            "the rule sid does not lead to user u1, who was found by upn 'alice@corp.example', sid '\(ownSID)'"
        )
        let bare = try await scene.result(identity([upn]), [.userPrincipalName, .securityIdentifier], store())
        XCTAssertEqual(
            assertRefused(bare, .identityNotMapped, at: 0)?.message,
            "the certificate has no identifier for the rule sid"
        )
    }

    func test_a_certificate_without_the_field_a_rule_needs_causes_no_query_of_the_store() async throws {
        let asked = ScriptedUserStore { _ in [MappingStage.alice] }
        for demand in [IdentityMapping.Demand.allRules, .anyRule] {
            let result = try await scene.result(
                identity([upn]),
                [.userPrincipalName, .securityIdentifier],
                asked,
                demand: demand
            )
            assertRefused(result, .identityNotMapped, at: 0)
        }
        XCTAssertEqual(asked.asked.count, 0)
    }

    func test_each_rule_must_find_the_user_unless_any_rule_is_enough() async throws {
        let rules: [IdentityRule] = [.userPrincipalName, .email]
        let both = try identity([upn, .email("nobody@example.com")])
        let one = try identity([upn])
        for identity in [both, one] {
            assertRefused(try await scene.result(identity, rules, store()), .identityNotMapped, at: 0)
            let any = try await scene.result(identity, rules, store(), demand: .anyRule)
            XCTAssertEqual(assertAccepted(any)?.principal.name, "Alice")
        }
        let known = try MappingStage.alice(.userPrincipalName("alice@corp.example"), .email("nobody@example.com"))
        let found = try await scene.result(both, rules, known)
        XCTAssertEqual(assertAccepted(found)?.principal.name, "Alice")
    }

    func test_if_any_rule_is_enough_a_name_of_another_user_is_still_refused() async throws {
        let store = try InMemoryUserStore([
            .init(MappingStage.alice, identifiers: [sid(victimSID)]),
            .init(MappingStage.bob, identifiers: [.email("bob@example.com")]),
        ])
        let mixed = try identity([.email("bob@example.com")], sids: [victimSID])
        for rules: [IdentityRule] in [[.email, .securityIdentifier], [.securityIdentifier, .email]] {
            let result = try await scene.result(mixed, rules, store, demand: .anyRule)
            assertRefused(result, .identityAmbiguous, at: 0)
        }
        let plain = try identity([.email("unknown@example.com")], sids: [victimSID])
        let found = try await scene.result(plain, [.email, .securityIdentifier], store, demand: .anyRule)
        XCTAssertEqual(assertAccepted(found)?.principal.name, "Alice")
    }

    func test_one_of_two_strong_rules_is_enough_where_any_is_but_an_account_that_is_named_counts() async throws {
        let rules: [IdentityRule] = [.altSecurityIdentities, .securityIdentifier]
        let bySID = try await scene.result(identity([host], sids: [victimSID]), rules, store(), demand: .anyRule)
        XCTAssertEqual(assertAccepted(bySID)?.principal.name, "Alice")
        let other = try identity([host], sids: [ownSID])
        let certificate = try other.certificate
        let serial = CertificateIdentifier.issuerAndSerialNumber(certificate.issuer, certificate.serialNumber)
        let mapped = try MappingStage.alice(serial)
        assertRefused(
            try await scene.result(other, rules, mapped, demand: .anyRule),
            .identityNotMapped,
            at: 0
        )
        assertAccepted(try await scene.result(other, [.altSecurityIdentities], mapped, demand: .anyRule))
    }

    func test_a_certificate_that_names_two_accounts_or_spells_one_wrongly_refuses() async throws {
        let prefix = "tag:microsoft.com,2022-09-14:sid:"
        let bad: [TestIdentity] = [
            try identity([.uri("\(prefix)\(ownSID)")], sids: [victimSID]),
            try identity([.uri("\(prefix)\(victimSID)"), .uri("\(prefix)\(ownSID)")], sids: [victimSID]),
            try identity([.uri("\(prefix)S-1-5-021")], sids: [victimSID]),
            try identity([.uri("TAG:microsoft.com,2022-09-14:sid:\(ownSID)")], sids: [victimSID]),
        ]
        for identity in bad {
            for rule in [IdentityRule.securityIdentifier, .securityIdentifierURI] {
                assertRefused(try await scene.result(identity, [rule], store()), .identityNotMapped, at: 0)
            }
        }
        let same = try identity([.uri("\(prefix)\(victimSID)")], sids: [victimSID])
        for rules: [IdentityRule] in [
            [.securityIdentifier], [.securityIdentifierURI], [.securityIdentifier, .securityIdentifierURI],
        ] {
            assertAccepted(try await scene.result(same, rules, store()))
        }
    }

    func test_two_SID_extensions_refuse() async throws {
        let twice = try identity([upn], sids: [victimSID, victimSID])
        let result = try await scene.result(twice, [.securityIdentifier], store())
        XCTAssertNotNil(result.failure)
        assertAccepted(try await scene.result(identity([upn], sids: [victimSID]), [.securityIdentifier], store()))
    }

    func test_the_strong_rules_are_those_of_KB5014754() {
        let strong: [IdentityRule] = [
            .securityIdentifier, .securityIdentifierURI, .issuerAndSerialNumber, .subjectKeyIdentifier, .thumbprint,
            .publicKey, .altSecurityIdentities,
        ]
        let weak: [IdentityRule] = [
            .subject, .subjectAttribute(.commonName), .email, .dns, .uri, .ipAddress, .directoryName, .registeredID,
            .userPrincipalName, .otherName(.commonName), .spiffeID(trustDomain: "a"),
            .insecurelyWeakAltSecurityIdentities,
        ]
        XCTAssertEqual(strong.filter { !$0.isStrong }.map(\.name), [])
        XCTAssertEqual(weak.filter(\.isStrong).map(\.name), [])
    }
}
