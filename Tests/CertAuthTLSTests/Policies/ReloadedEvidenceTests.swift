// SPDX-License-Identifier: Apache-2.0
// A reload with other authenticators does not restore older evidence.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import XCTest

final class ReloadedEvidenceTests: XCTestCase {
    private struct World {
        let root: TestAuthority
        let alice: TestIdentity
        let server: ServerIdentity

        init() throws {
            root = try TestAuthority("Client Root")
            alice = try root.issue("alice")
            let server = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
            self.server = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        }

        func authenticator(_ number: Int, isRevoking: Bool) throws -> CertificateAuthenticator {
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [root.anchor]))
            )
            options.revocationMode = .offline
            options.revocationFlag = .endCertificateOnly
            let list = try root.revocationList(revoked: isRevoking ? [alice] : [], number: number) {
                $0.thisUpdate = .automatic(root.clock.now().adding(seconds: Int64(number - 10) * 600))
            }
            return try CertificateAuthenticator(
                options: options,
                revocationEvidence: RevocationEvidence(
                    revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
                )
            )
        }

        func configuration(
            _ authenticator: CertificateAuthenticator?,
            named: [(String, CertificateAuthenticator)] = []
        ) -> TLSServerConfiguration {
            var configuration = TLSServerConfiguration(
                identity: server,
                authenticator: authenticator,
                mode: authenticator == nil ? .none : .require
            )
            configuration.namedPolicies = named.map {
                ServerNamePolicy($0.0, mode: .require, authenticator: $0.1)
            }
            return configuration
        }

        func word(_ authenticator: CertificateAuthenticator) throws -> String {
            let chain = try XCTUnwrap(PresentedChain(derEncoded: alice.chain, source: .tls))
            switch authenticator.validate(chain) {
            case .accepted: return "success"
            case .refused(let failure, _): return failure.code.rawValue
            }
        }
    }

    func test_a_reload_with_an_older_list_keeps_the_newer_one_and_one_with_a_newer_list_does_not() throws {
        let world = try World()
        let context = try TLSServerContext(configuration: world.configuration(world.authenticator(6, isRevoking: true)))
        for (number, expected) in [(5, "revoked"), (7, "success"), (6, "success")] {
            let next = try world.authenticator(number, isRevoking: number == 6)
            try context.reload(world.configuration(next))
            XCTAssertEqual(try world.word(next), expected, "\(number)")
        }
    }

    func test_no_name_goes_back_to_an_older_list_even_if_it_is_new() throws {
        let world = try World()
        let held = try world.authenticator(6, isRevoking: true)
        let context = try TLSServerContext(configuration: world.configuration(nil, named: [("a.example", held)]))
        let (same, other) = (
            try world.authenticator(5, isRevoking: false), try world.authenticator(5, isRevoking: false)
        )
        try context.reload(world.configuration(nil, named: [("A.example", same), ("b.example", other)]))
        XCTAssertEqual(try world.word(same), "revoked")
        XCTAssertEqual(try world.word(other), "revoked")
        let common = try world.authenticator(5, isRevoking: false)
        try context.reload(world.configuration(common))
        XCTAssertEqual(try world.word(common), "revoked")
    }

    func test_a_certificate_that_was_revoked_by_hand_stays_so_over_a_reload_until_it_is_reinstated() throws {
        let world = try World()
        let held = try world.authenticator(5, isRevoking: false)
        let context = try TLSServerContext(configuration: world.configuration(held))
        held.revoke(try world.alice.certificate)
        let next = try world.authenticator(6, isRevoking: false)
        try context.reload(world.configuration(next))
        XCTAssertEqual(try world.word(next), "revoked")
        next.reinstate(try world.alice.certificate)
        XCTAssertEqual(try world.word(next), "success")
    }

    func test_the_revocation_evidence_of_a_name_outlives_a_reload_without_an_authenticator() throws {
        for name in [nil, "a.example"] {
            for isByApplication in [true, false] {
                let world = try World()
                let held = try world.authenticator(6, isRevoking: !isByApplication)
                let configured = { (authenticator: CertificateAuthenticator) in
                    name.map { world.configuration(nil, named: [($0, authenticator)]) }
                        ?? world.configuration(authenticator)
                }
                let context = try TLSServerContext(configuration: configured(held))
                if isByApplication { held.revoke(try world.alice.certificate) }
                for _ in 0..<2 { try context.reload(world.configuration(nil)) }
                let next = try world.authenticator(5, isRevoking: false)
                try context.reload(configured(next))
                XCTAssertEqual(try world.word(next), "revoked", "\(name ?? "default"), by hand: \(isByApplication)")
                let other = try world.authenticator(7, isRevoking: false)
                try context.reload(configured(other))
                XCTAssertEqual(try world.word(other), isByApplication ? "revoked" : "success")
            }
        }
    }

    func test_a_revocation_reaches_the_authenticators_before_and_after_a_reload() throws {
        let world = try World()
        let authenticators = try (5...7).map { try world.authenticator($0, isRevoking: false) }
        let context = try TLSServerContext(configuration: world.configuration(authenticators[0]))
        for next in authenticators.dropFirst() { try context.reload(world.configuration(next)) }
        for said in authenticators {
            said.revoke(try world.alice.certificate)
            XCTAssertEqual(try authenticators.map(world.word), ["revoked", "revoked", "revoked"])
            said.reinstate(try world.alice.certificate)
            XCTAssertEqual(try authenticators.map(world.word), ["success", "success", "success"])
        }
        let list = try XCTUnwrap(try world.authenticator(8, isRevoking: true).revocationEvidence.revocationLists.first)
        authenticators[0].revocationEvidence = RevocationEvidence(revocationLists: [list])
        XCTAssertEqual(try authenticators.map(world.word), ["revoked", "revoked", "revoked"])
    }

    func test_an_authenticator_that_is_restored_has_the_evidence_of_its_successors() throws {
        let world = try World()
        let (first, second) = (
            try world.authenticator(5, isRevoking: false), try world.authenticator(5, isRevoking: false)
        )
        let context = try TLSServerContext(configuration: world.configuration(first))
        for next in [second, first, second, first] { try context.reload(world.configuration(next)) }
        XCTAssertEqual(try [first, second].map(world.word), ["success", "success"])
        second.revocationEvidence = try world.authenticator(6, isRevoking: true).revocationEvidence
        XCTAssertEqual(try [first, second].map(world.word), ["revoked", "revoked"])
    }

    func test_evidence_stays_in_force_after_the_successor_is_released_whichever_of_both_received_it() throws {
        for isGivenToFormer in [true, false] {
            let world = try World()
            let former = try world.authenticator(5, isRevoking: false)
            do {
                let context = try TLSServerContext(configuration: world.configuration(former))
                let next = try world.authenticator(6, isRevoking: false)
                try context.reload(world.configuration(next))
                XCTAssertEqual(try world.word(former), "success")
                let newer = try world.authenticator(7, isRevoking: true).revocationEvidence
                if isGivenToFormer { former.revocationEvidence = newer } else { next.revocationEvidence = newer }
                XCTAssertEqual(try world.word(former), "revoked")
            }
            XCTAssertEqual(try world.word(former), "revoked")
        }
    }

    func test_a_revocation_for_a_new_name_does_not_reach_the_authenticator_of_other_names() throws {
        let world = try World()
        let common = try world.authenticator(5, isRevoking: false)
        let context = try TLSServerContext(configuration: world.configuration(common))
        let named = try world.authenticator(5, isRevoking: false)
        try context.reload(world.configuration(common, named: [("a.example", named)]))
        named.revoke(try world.alice.certificate)
        XCTAssertEqual(try world.word(named), "revoked")
        XCTAssertEqual(try world.word(common), "success")
    }

    func test_a_refused_reload_changes_nothing() throws {
        let world = try World()
        let held = try world.authenticator(6, isRevoking: true)
        let context = try TLSServerContext(configuration: world.configuration(held))
        var broken = world.configuration(try world.authenticator(7, isRevoking: false))
        broken.authenticator = nil
        XCTAssertThrowsError(try context.reload(broken)) { error in
            XCTAssertEqual(error as? TLSConfigurationError, .authenticatorMissing(mode: .require))
        }
        XCTAssertEqual(try world.word(held), "revoked")
        XCTAssertTrue(context.configuration.authenticator === held)
    }
}
