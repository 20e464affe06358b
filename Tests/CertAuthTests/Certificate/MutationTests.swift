// SPDX-License-Identifier: Apache-2.0
// Thousands of damaged certificates, chains, CRLs and PEM texts: no crash, and the same result when repeated.

import CertAuth
import CertAuthTesting
import XCTest

final class MutationTests: XCTestCase {
    private static let rounds = 2_000

    func test_a_damaged_certificate_is_read_or_refused_the_same_way_twice() throws {
        let stage = try Stage()
        let other = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        let original = try stage.issuing.issue("alice") {
            $0.extensions.replace(
                .subjectAlternativeNames([
                    .dns("a.example.com"), .userPrincipalName("a@b"), .directory(NameTemplate(commonName: "d")),
                    .ip("::1"), .registeredID(other),
                ])
            )
            $0.extensions += [
                .certificatePolicies([other]), .authorityInformationAccess(ocsp: ["http://o/"]),
                .crlDistributionPoints([[.uri("http://c/")]]), .nameConstraints(permitted: [.dns("example.com")]),
            ]
        }.certificateDER
        var mutator = Mutator(seed: 1)
        var readable = 0
        for _ in 0..<Self.rounds {
            let bytes = mutator.mutated(original)
            let first = answer { try Certificate(derEncoded: bytes) }
            XCTAssertEqual(first, answer { try Certificate(derEncoded: bytes) })
            if first.hasPrefix("read") { readable += 1 }
        }
        // Damage to names, serial numbers and signatures leaves a readable certificate; most other damage does not.
        XCTAssertGreaterThan(readable, 0)
        XCTAssertLessThan(readable, Self.rounds)
    }

    func test_a_damaged_chain_is_validated_the_same_way_twice_and_never_accepts_a_changed_leaf() throws {
        let stage = try Stage()
        let identity = try stage.issuing.issue("alice")
        let authenticator = try stage.authenticator()
        var mutator = Mutator(seed: 2)
        for round in 0..<Self.rounds {
            var chain = identity.chain
            let index = round % chain.count
            chain[index] = mutator.mutated(chain[index])
            let presented = try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls))
            let verdict = authenticator.validate(presented)
            XCTAssertEqual(verdict, authenticator.validate(presented))
            if case .accepted(let path) = verdict {
                XCTAssertEqual(path.certificates.map(\.derEncoded).prefix(2), identity.chain.prefix(2))
            }
        }
    }

    func test_a_damaged_crl_is_read_or_refused_the_same_way_twice_and_never_accepted() throws {
        let stage = try Stage()
        let identity = try stage.issuing.issue("alice")
        let original = try stage.issuing.revocationList(revoked: [identity], reason: 1).derEncoded
        var mutator = Mutator(seed: 3)
        let options = try stage.options { $0.revocationMode = .offline }
        let presented = try XCTUnwrap(identity.presented())
        let undamaged = try stage.authenticator(
            options: options,
            evidence: RevocationEvidence(revocationLists: [try CertificateRevocationList(derEncoded: original)])
        )
        assertRefused(undamaged.validate(presented), .revoked, at: 0)
        var readable = 0
        for _ in 0..<Self.rounds {
            let bytes = mutator.mutated(original)
            let first = answer { try CertificateRevocationList(derEncoded: bytes) }
            XCTAssertEqual(first, answer { try CertificateRevocationList(derEncoded: bytes) })
            guard bytes != original, let list = try? CertificateRevocationList(derEncoded: bytes) else { continue }
            readable += 1
            let damaged = try stage.authenticator(
                options: options,
                evidence: RevocationEvidence(revocationLists: [list])
            )
            assertRefused(damaged.validate(presented), .revocationUnknown, at: 0)
        }
        XCTAssertGreaterThan(readable, Self.rounds / 20)
    }

    func test_a_damaged_pem_text_is_read_or_refused_the_same_way_twice() throws {
        let original = Array(try Stage().issuing.issue("alice").chainPEM().utf8)
        var mutator = Mutator(seed: 4)
        for _ in 0..<Self.rounds {
            let bytes = mutator.mutated(original)
            XCTAssertEqual(
                answer { try Certificate.load(bytes, source: "fuzz") },
                answer { try Certificate.load(bytes, source: "fuzz") }
            )
        }
    }

    func test_a_damaged_pkcs12_file_is_read_or_refused_the_same_way_twice() throws {
        let original = try Stage().issuing.issue("alice").pkcs12(password: "right")
        var mutator = Mutator(seed: 5)
        for _ in 0..<100 {
            let bytes = mutator.mutated(original)
            XCTAssertEqual(
                answer { try Certificate.load(bytes, source: "fuzz", password: "right") },
                answer { try Certificate.load(bytes, source: "fuzz", password: "right") }
            )
        }
    }

    private func answer(_ read: () throws -> some Any) -> String {
        do {
            return "read \(try read())"
        } catch {
            return "refused: \(error)"
        }
    }
}
