// SPDX-License-Identifier: Apache-2.0
// What a server retains of a client in order to refetch a statement: only the certificates that are needed.

import CertAuthOpenSSL
import CertAuthTesting
import Logging
import XCTest

@testable import CertAuth

final class HeldNeedTests: XCTestCase {
    private static let responder = "http://ocsp.example"
    private static let lists = "http://crl.example/1.crl"

    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// A fetcher that always returns the same bytes.
    private struct Fetcher: RevocationFetcher {
        let policy = RevocationFetchPolicy()
        let body: [UInt8]

        func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse {
            RevocationFetchResponse(content: .body(body), url: request.url)
        }
    }

    private func options() throws -> CertificateAuthenticationOptions {
        try stage.options {
            $0.revocationMode = .online
            $0.revocationFlag = .endCertificateOnly
            $0.additionalChainCertificates = [try stage.issuing.certificate]
        }
    }

    private func junk(_ count: Int) throws -> [[UInt8]] {
        let names = (0..<300).map { GeneralNameTemplate.dns("\($0).example") }
        return try (0..<count).map { number in
            try stage.root.intermediate("Junk \(number)") { $0.extensions.append(.subjectAlternativeNames(names)) }
                .certificateDER
        }
    }

    /// Authenticates a client with additional certificates; returns what the store then holds for the source.
    private func held(
        _ client: TestIdentity,
        with others: [[UInt8]],
        _ kind: EvidenceSource.Kind,
        body: [UInt8]
    ) async throws -> HeldStatement {
        let store = RevocationEvidenceStore()
        let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        let gatherer = RevocationGatherer(
            fetcher: Fetcher(body: body),
            store: store,
            clock: stage.clock.verificationClock,
            logger: quiet
        )
        let authenticator = try CertificateAuthenticator(
            options: options(),
            revocationGatherer: gatherer,
            logger: quiet
        )
        let chain = PresentedChain(derEncoded: [client.certificateDER] + others, source: .tls)
        assertAccepted(await authenticator.authenticate(chain))
        let source = EvidenceSource(kind, at: kind == .responder ? Self.responder : Self.lists)
        return try XCTUnwrap(store.statement(for: EvidenceKey(source, about: try client.certificate)))
    }

    private func client(lists: Bool) throws -> TestIdentity {
        try stage.issuing.issue("alice") {
            $0.extensions.append(
                lists
                    ? .crlDistributionPoints([[.uri(Self.lists)]])
                    : .authorityInformationAccess(ocsp: [Self.responder])
            )
        }
    }

    func test_nothing_else_that_the_client_presented_is_kept() async throws {
        let alice = try client(lists: true)
        let list = try stage.issuing.revocationList().derEncoded
        for others in [[], try junk(6), try alice.issuers + junk(6)] {
            let held = try await held(alice, with: others, .revocationList, body: list)
            XCTAssertEqual(held.need.presented, [])
            XCTAssertEqual(held.need.path.certificates.count, 3)
        }
    }

    func test_no_trust_store_is_kept_that_is_not_needed() async throws {
        for isList in [true, false] {
            let alice = try client(lists: isList)
            let body =
                isList
                ? try stage.issuing.revocationList().derEncoded : try stage.issuing.ocspResponse(for: alice)
            let held = try await held(alice, with: alice.issuers, isList ? .revocationList : .responder, body: body)
            XCTAssertNil(held.need.anchors)
            guard case .noAnchors = held.need.options.trust else { return XCTFail("the policy's store is kept") }
            XCTAssertTrue(held.need.isSettled(by: held.statement.evidence, at: stage.clock.now))
        }
    }

    /// A list of the client's issuer, signed by an anchor with the issuer's name that is not on the path.
    func test_only_the_anchor_that_signed_is_kept() throws {
        let signer = try stage.root.intermediate("Stage Issuing")
        let alice = try stage.issuing.issue("alice")
        let others = try (0..<5).map { try stage.root.intermediate("Other \($0)").certificate }
        let list = try CertificateRevocationList(derEncoded: signer.revocationList().derEncoded)
        let evidence = RevocationEvidence(revocationLists: [list])
        let full = EvidenceNeed(
            path: CandidatePath(
                certificates: [try alice.certificate, try stage.issuing.certificate, try stage.root.certificate]
            ),
            index: 0,
            presented: [],
            anchors: try TrustStore(certificates: others + [signer.certificate, stage.root.certificate]),
            options: try options()
        )
        let now = stage.clock.now
        XCTAssertTrue(full.isSettled(by: evidence, at: now))
        let reduced = full.reduced(to: evidence, at: now)
        XCTAssertEqual(reduced.anchors?.anchors, [try signer.certificate])
        XCTAssertTrue(reduced.isSettled(by: evidence, at: now))
        XCTAssertFalse(reduced.reduced.isSettled(by: evidence, at: now))
    }

    func test_the_same_holds_for_responses() async throws {
        let alice = try client(lists: false)
        let delegate = try stage.issuing.issue("Responder", .ocspResponder)
        for responder in [nil, delegate] {
            let response = try stage.issuing.ocspResponse(for: alice, responder: responder)
            let held = try await held(alice, with: junk(6), .responder, body: response)
            XCTAssertEqual(held.need.presented, [])
            XCTAssertTrue(held.need.isSettled(by: held.statement.evidence, at: stage.clock.now))
        }
    }

    /// An indirect list whose signers are only presented by the client.
    func test_certificates_that_lead_to_the_signer_of_a_list_are_kept() throws {
        let middle = try stage.root.intermediate("Middle")
        let lister = try middle.intermediate("Lists")
        let point = DER.sequence([
            DER.sequence([DER.constructed(2, [GeneralNameTemplate.directory(lister.subject).encoded])])
        ])
        let alice = try stage.issuing.issue("alice") {
            $0.extensions.append(ExtensionTemplate(.cRLDistributionPoints, value: point))
        }
        var scope = IssuingDistributionPointTemplate()
        scope.isIndirect = true
        let list = try lister.revocationList(entries: []) { [scope] in
            $0.extensions.append(.issuingDistributionPoint(scope))
        }
        let evidence = RevocationEvidence(
            revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
        )
        let junk = try junk(4).map { try Certificate(derEncoded: $0) }
        let signers = [try middle.certificate, try lister.certificate]
        func need(presenting presented: [Certificate]) throws -> EvidenceNeed {
            EvidenceNeed(
                path: CandidatePath(
                    certificates: [try alice.certificate, try stage.issuing.certificate, try stage.root.certificate]
                ),
                index: 0,
                presented: presented,
                anchors: try TrustStore(certificates: [stage.root.certificate]),
                options: try options()
            )
        }
        let now = stage.clock.now
        let full = try need(presenting: junk.prefix(2) + [signers[1]] + junk.suffix(2) + [signers[0]])
        XCTAssertTrue(full.isSettled(by: evidence, at: now))
        XCTAssertEqual(Set(full.reduced(to: evidence, at: now).presented), Set(signers))
        XCTAssertTrue(full.reduced(to: evidence, at: now).isSettled(by: evidence, at: now))
        XCTAssertFalse(try need(presenting: [signers[1]]).isSettled(by: evidence, at: now))
        XCTAssertEqual(full.reduced.presented, [])
    }
}
