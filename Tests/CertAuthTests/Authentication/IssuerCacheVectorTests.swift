// SPDX-License-Identifier: Apache-2.0
// The same verdicts with and without memory, over external test vectors; skipped if they are absent.

import CertAuth
import Foundation
import XCTest

final class IssuerCacheVectorTests: XCTestCase {
    /// The part of a case that this comparison needs; other tests check that the verdict is right.
    private struct Vector: Decodable {
        let id: String
        let mode: String?
        let trusted_certs: [Data]
        let untrusted_intermediates: [Data]
        let peer_certificate: Data
        let validation_time: String?
    }

    private struct Suite: Decodable {
        let testcases: [Vector]
    }

    func test_verdicts_over_the_vectors_do_not_depend_on_memory() throws {
        let vectors = try Self.vectors()
        var compared = 0
        var accepted = 0
        for vector in vectors where vector.mode != "unit" {
            guard let chain = Self.chain(vector), let engines = Self.engines(vector) else { continue }
            let now =
                vector.validation_time.flatMap(Timestamp.init(iso8601:)) ?? Timestamp(secondsSince1970: 1_760_000_000)
            let verdicts = engines.map { $0.verdict(for: chain, evidence: .none, at: now) }
            XCTAssertEqual(verdicts[1], verdicts[0], vector.id)
            XCTAssertEqual(verdicts[2], verdicts[0], vector.id)
            compared += 1
            if case .accepted = verdicts[0] { accepted += 1 }
        }
        XCTAssertGreaterThan(compared, 200)
        XCTAssertGreaterThan(accepted, 50)
    }

    /// An engine without memory, and the same engine with memory twice.
    private static func engines(_ vector: Vector) -> [ValidationEngine]? {
        let anchors = vector.trusted_certs.compactMap { try? Certificate(derEncoded: Array($0)) }
        guard let trust = try? TrustStore(certificates: anchors) else { return nil }
        var options = CertificateAuthenticationOptions(trust: .custom(trust))
        options.revocationMode = .noCheck
        options.limits.presentedCertificates = 1000
        options.limits.chainBytes = 10_000_000
        options.limits.presentedValues = 10_000_000
        let remembering = ValidationEngine(options: options, trust: trust)
        return [ValidationEngine(options: options, trust: trust, memory: nil), remembering, remembering]
    }

    private static func chain(_ vector: Vector) -> PresentedChain? {
        let certificates = [vector.peer_certificate] + vector.untrusted_intermediates
        return PresentedChain(derEncoded: certificates.map { Array($0) }, source: .offline)
    }

    private static func vectors() throws -> [Vector] {
        let folder = ProcessInfo.processInfo.environment["CERTAUTH_VECTORS"] ?? "../shared/conformance"
        let suites = folder + "/suites"
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: suites) else {
            throw XCTSkip("no test vectors at \(folder): set CERTAUTH_VECTORS, see Docs/Conformance.md")
        }
        let decoder = JSONDecoder()
        return try files.filter { $0.hasSuffix(".json") }.sorted().flatMap { file in
            let data = try Data(contentsOf: URL(fileURLWithPath: suites + "/" + file))
            return try decoder.decode(Suite.self, from: data).testcases
        }
    }
}
