// SPDX-License-Identifier: Apache-2.0
// keyUsage and extendedKeyUsage, for each position of the path.

import CertAuth
import CertAuthTesting
import XCTest

final class UsageCheckTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        _ identity: TestIdentity,
        checksUse: Bool = true,
        trusting anchor: TestAuthority? = nil
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: [(anchor ?? stage.root).certificate]) {
            $0.validateCertificateUse = checksUse
        }
        return try stage.authenticator(options: options).validate(XCTUnwrap(identity.presented()))
    }

    func test_a_leaf_for_clients_for_any_use_or_without_the_extension_is_accepted() throws {
        for profile in [LeafProfile.client, .anyUsage, .withoutExtendedKeyUsage] {
            assertAccepted(try verdict(stage.issuing.issue("alice", profile)))
        }
        let both = try stage.issuing.issue("alice") {
            $0.extensions.replace(.extendedKeyUsage([.serverAuth, .clientAuth]))
        }
        assertAccepted(try verdict(both))
        let critical = try stage.issuing.issue("alice") {
            $0.extensions.replace(.extendedKeyUsage([.anyExtendedKeyUsage], critical: true))
        }
        assertAccepted(try verdict(critical))
    }

    func test_a_leaf_for_other_purposes_is_refused_and_named() throws {
        let identity = try stage.issuing.issue("alice", .wrongUsage)
        let refusal = assertRefused(try verdict(identity), .wrongUsage, at: 0)
        XCTAssertEqual(
            refusal?.message,
            "CN=alice: extendedKeyUsage is 1.3.6.1.5.5.7.3.1, expected clientAuth (1.3.6.1.5.5.7.3.2)"
        )
        assertAccepted(try verdict(identity, checksUse: false))
    }

    func test_key_usage_on_the_leaf_needs_digitalSignature_where_it_is_present() throws {
        let wrong = try stage.issuing.issue("alice") { $0.extensions.replace(.keyUsage([.keyEncipherment])) }
        assertRefused(try verdict(wrong), .wrongUsage, at: 0)
        assertAccepted(try verdict(wrong, checksUse: false))
        let none = try stage.issuing.issue("alice") {
            $0.extensions.removeAll { $0.identifier.description == "2.5.29.15" }
        }
        assertAccepted(try verdict(none))
        let more = try stage.issuing.issue("alice") {
            $0.extensions.replace(.keyUsage([.digitalSignature, .keyEncipherment]))
        }
        assertAccepted(try verdict(more))
    }

    func test_an_intermediate_for_other_purposes_is_refused_at_its_index() throws {
        func leaf(_ purposes: [OID]) throws -> TestIdentity {
            try stage.root.intermediate("Limited") { $0.extensions.append(.extendedKeyUsage(purposes)) }.issue("alice")
        }
        assertRefused(try verdict(leaf([.serverAuth])), .wrongUsage, at: 1)
        assertAccepted(try verdict(leaf([.serverAuth, .clientAuth])))
        assertAccepted(try verdict(leaf([.serverAuth]), checksUse: false))
    }

    func test_a_root_for_other_purposes_is_refused_at_its_index() throws {
        func root(_ purposes: [OID]) throws -> TestAuthority {
            try TestAuthority("Limited Root", clock: stage.clock.verificationClock) {
                $0.extensions.append(.extendedKeyUsage(purposes))
            }
        }
        let servers = try root([.serverAuth])
        assertRefused(try verdict(servers.issue("alice"), trusting: servers), .wrongUsage, at: 1)
        let clients = try root([.clientAuth])
        assertAccepted(try verdict(clients.issue("alice"), trusting: clients))
    }

    func test_an_issuer_for_any_use_is_accepted_as_a_leaf_is() throws {
        let any = try stage.root.intermediate("Any") { $0.extensions.append(.extendedKeyUsage([.anyExtendedKeyUsage])) }
        assertAccepted(try verdict(any.issue("alice", .anyUsage)))
        let servers = try stage.root.intermediate("Servers") { $0.extensions.append(.extendedKeyUsage([.serverAuth])) }
        assertRefused(try verdict(servers.issue("alice", .anyUsage)), .wrongUsage, at: 1)
    }

    func test_the_netscape_certificate_type_has_no_effect_without_usage_extensions() throws {
        // A rule that OpenSSL has and RFC 5280 does not: bit 0 is for clients, bit 1 for servers.
        func leaf(_ type: Int) throws -> TestIdentity {
            try stage.issuing.issue("alice", .withoutExtendedKeyUsage) {
                $0.extensions.append(.custom("2.16.840.1.113730.1.1", value: DER.namedBits([type])))
            }
        }
        assertAccepted(try verdict(leaf(1)))
        assertAccepted(try verdict(leaf(0)))
        let noSignature = try stage.issuing.issue("alice", .withoutExtendedKeyUsage) {
            $0.extensions.append(.custom("2.16.840.1.113730.1.1", value: DER.namedBits([0])))
            $0.extensions.replace(.keyUsage([.keyEncipherment]))
        }
        assertRefused(try verdict(noSignature), .wrongUsage, at: 0)
    }

    func test_with_the_usage_check_off_issuers_must_still_be_CAs() throws {
        let noCA = try stage.root.intermediate("No CA") { $0.extensions.replace(.basicConstraints(isAuthority: false)) }
        assertRefused(try verdict(noCA.issue("alice"), checksUse: false), .notACertificateAuthority, at: 1)
        assertAccepted(try verdict(stage.issuing.issue("alice"), checksUse: false))
    }

    func test_corrupt_extended_key_usage_is_malformed_whatever_the_options() throws {
        let corrupt = try stage.issuing.issue("alice") { $0.extensions.replace(.extendedKeyUsage([])) }
        assertRefused(try verdict(corrupt), .malformed, at: 0)
        assertRefused(try verdict(corrupt, checksUse: false), .malformed, at: 0)
    }
}
