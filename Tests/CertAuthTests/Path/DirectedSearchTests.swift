// SPDX-License-Identifier: Apache-2.0
// A search takes few steps if nothing leads to an anchor, and still finds the paths that do.

import CertAuth
import CertAuthTesting
import XCTest

final class DirectedSearchTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        on leaf: TestIdentity,
        with others: [Certificate],
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let options = try stage.options {
            $0.additionalChainCertificates = others
            $0.limits.additionalCertificates = 2_000
            change(&$0)
        }
        return try stage.authenticator(options: options).validate(try XCTUnwrap(leaf.presentedAlone))
    }

    /// CAs with the same name and different keys, each issued by a key that signed nothing else.
    private func forgers(_ count: Int, _ subject: String, by issuer: String) throws -> [Certificate] {
        let clock = stage.clock.verificationClock
        return try (0..<count).map { _ in
            try TestAuthority(issuer, clock: clock).crossSign(TestAuthority(subject, clock: clock)).certificate
        }
    }

    private func tries(_ failure: AuthenticationFailure?) -> Int {
        failure.map { $0.trace.attempts.count + $0.trace.omittedAttempts } ?? 0
    }

    // MARK: Paths that are found

    func test_a_path_of_four_is_found_in_a_full_mesh_of_twenty_authorities() throws {
        for isOneName in [false, true] {
            let mesh = try FullMesh(of: 20, clock: stage.clock.verificationClock) { isOneName ? "Mesh" : "Mesh \($0)" }
            let entry = try stage.root.crossSign(mesh.authorities[7]).certificate
            let alice = try mesh.authorities[0].issue("alice")
            let link = try XCTUnwrap(mesh.certificates.first { $0.subject == 0 && $0.issuer == 7 }).certificate
            let expected = [try alice.certificate, link, entry, try stage.root.certificate]
            for pool in [mesh.all + [entry], [entry] + mesh.all.reversed()] {
                XCTAssertEqual(assertAccepted(try verdict(on: alice, with: pool))?.certificates, expected)
            }
            // Its twin without the entry: no step leads to an anchor.
            assertRefused(try verdict(on: alice, with: mesh.all), .partialChain, at: 20)
        }
    }

    func test_a_longer_path_is_found_if_the_short_ones_are_invalid() throws {
        let mesh = try FullMesh(of: 12, clock: stage.clock.verificationClock) { "Mesh \($0)" }
        let alice = try mesh.authorities[0].issue("alice")
        // All but one CA have only an expired certificate from the root; the exception did not issue the first CA's.
        let stale = try mesh.authorities.dropLast().map { authority in
            try stage.root.crossSign(authority) { $0.notAfter = .automatic(Stage.moment.adding(seconds: -1)) }
        }
        let entry = try stage.root.crossSign(mesh.authorities[11]).certificate
        let pool = mesh.certificates.filter { $0.subject != 0 || $0.issuer != 11 }.map(\.certificate)
        let found = assertAccepted(try verdict(on: alice, with: stale.map { try $0.certificate } + pool + [entry]))
        XCTAssertEqual(found?.certificates.count, 5)
        XCTAssertEqual(found?.certificates[3], entry)
    }

    func test_an_issuer_after_many_forgeries_of_one_name_is_found() throws {
        let forged = try forgers(60, "Stage Issuing", by: "Stage Root")
        let alice = try stage.issuing.issue("alice") { $0.extensions.remove(.authorityKeyIdentifier) }
        let good = try stage.issuing.certificate
        for pool in [forged + [good], [good] + forged] {
            let found = assertAccepted(try verdict(on: alice, with: pool))
            XCTAssertEqual(found?.certificates.dropFirst().first, good)
        }
        assertRefused(try verdict(on: alice, with: forged), .badSignature, at: 1)
    }

    // MARK: Searches that end early

    func test_a_mesh_with_the_name_of_the_anchor_ends_when_each_of_its_links_was_checked() throws {
        // As many as a client can present. Twenty, which only an operator can add, still use up these 600 steps.
        for count in [6, 9] {
            let mesh = try FullMesh(of: count, clock: stage.clock.verificationClock) { _ in "Stage Root" }
            let mallory = try mesh.authorities[0].issue("mallory")
            var options = try stage.options()
            options.limits.pathSteps = 600
            options.limits.additionalCertificates = 2_000
            // One certificate of each CA: a ring in which all signatures verify except the last, into the anchor.
            options.additionalChainCertificates = mesh.certificates.filter { ($0.subject + 1) % count == $0.issuer }
                .map(\.certificate)
            let verdict = try stage.authenticator(options: options)
                .validate(try XCTUnwrap(mallory.presentedAlone))
            guard case .refused(let failure, _) = verdict else { return XCTFail("\(verdict)") }
            XCTAssertEqual(failure.code, .badSignature)
            // The link of each certificate to the anchor, but not their permutations.
            XCTAssertEqual(tries(failure), count + 1, "\(count)")
        }
    }

    func test_a_mesh_with_the_name_of_a_genuine_CA_ends_when_its_links_were_checked() throws {
        let issuing = try stage.issuing.certificate
        let forged = try forgers(8, "Stage Issuing", by: "Stage Issuing")
        let mallory = try TestAuthority("Stage Issuing", clock: stage.clock.verificationClock).issue("mallory")
        let failure = assertRefused(try verdict(on: mallory, with: forged + [issuing]), .badSignature, at: 0)
        // The leaf and each forgery, below the one certificate that the anchor issued.
        XCTAssertEqual(tries(failure), 9)
    }

    func test_a_mesh_below_a_certificate_that_is_not_a_CA_ends_with_it() throws {
        // A client's own genuine certificate, and a mesh issued by its key.
        let client = try stage.root.issue("client")
        let clock = stage.clock.verificationClock
        let pretender = try TestAuthority("client", key: client.key, clock: clock)
        let mesh = try FullMesh(of: 5, clock: clock) { _ in "client" }
        let crossed = try mesh.authorities.map { try pretender.crossSign($0).certificate }
        let mallory = try mesh.authorities[0].issue("mallory")
        let pool = mesh.all + crossed + [try client.certificate]
        let failure = assertRefused(try verdict(on: mallory, with: pool), .notACertificateAuthority, at: 1)
        XCTAssertEqual(tries(failure), 4)
        // If the same key belongs to a CA, the path is accepted.
        let genuine = try stage.root.intermediate("client", key: client.key).certificate
        assertAccepted(try verdict(on: mallory, with: pool + [genuine]))
    }

    func test_a_mesh_that_names_no_anchor_takes_no_steps() throws {
        let mesh = try FullMesh(of: 9, clock: stage.clock.verificationClock) { _ in "Mesh" }
        let mallory = try mesh.authorities[0].issue("mallory")
        var builder = PathBuilder(
            leaf: try mallory.certificate,
            intermediates: mesh.all,
            trust: try TrustStore(certificates: [stage.root.certificate]),
            now: stage.clock.now,
            limits: ValidationLimits()
        )
        XCTAssertNil(builder.next())
        XCTAssertEqual(builder.steps, 0)
        XCTAssertFalse(builder.isExhausted)
        XCTAssertEqual(builder.longestDeadEnd.count, 10)
        assertRefused(try verdict(on: mallory, with: mesh.all), .partialChain, at: 9)
    }

    func test_a_dropped_certificate_is_in_no_further_path() throws {
        let other = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let crossed = try other.crossSign(stage.issuing).certificate
        let issuing = try stage.issuing.certificate
        let leaf = try stage.issuing.issue("alice").certificate
        let anchors = [try stage.root.certificate, try other.certificate]
        func paths(_ drop: (inout PathBuilder) -> Void) throws -> [[Certificate]] {
            var builder = PathBuilder(
                leaf: leaf,
                intermediates: [issuing, crossed],
                trust: try TrustStore(certificates: anchors),
                now: stage.clock.now,
                limits: ValidationLimits()
            )
            var found = [try XCTUnwrap(builder.next()).certificates]
            drop(&builder)
            while let next = builder.next() { found.append(next.certificates) }
            return found
        }
        let first = [leaf, issuing, anchors[0]]
        let second = [leaf, crossed, anchors[1]]
        XCTAssertEqual(try paths { _ in }, [first, second])
        XCTAssertEqual(try paths { $0.drop(leaf, signedBy: issuing) }, [first, second])
        XCTAssertEqual(try paths { $0.drop(leaf, signedBy: crossed) }, [first])
        XCTAssertEqual(try paths { $0.drop(crossed, signedBy: anchors[1]) }, [first])
        XCTAssertEqual(try paths { $0.drop(issuer: issuing) }, [first, second])
        XCTAssertEqual(try paths { $0.drop(issuer: crossed) }, [first])
        XCTAssertEqual(try paths { $0.drop(issuer: leaf) }, [first, second], "the leaf issues nothing")
    }
}
