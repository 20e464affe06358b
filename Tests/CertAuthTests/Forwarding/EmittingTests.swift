// SPDX-License-Identifier: Apache-2.0
// Headers that gateways write, read back by the same rules, and external test vectors.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class EmittingTests: XCTestCase {
    func test_what_is_written_is_read_back() async throws {
        let stage = try ForwardingStage { $0.additionalChainCertificates = [] }
        let chain = [try stage.alice.certificate, try stage.issuing.certificate]
        let rfc9440 = try await stage.result(.unverified(.rfc9440()), ForwardedFields.rfc9440(chain))
        XCTAssertEqual(assertAccepted(rfc9440)?.chain.certificates.count, 3)
        let fields = ForwardedFields.xfcc(chain, by: "spiffe://td/gate;way")
        let xfcc = try await stage.result(.unverified(.envoy()), fields)
        XCTAssertEqual(assertAccepted(xfcc)?.chain.certificates.count, 3)
        XCTAssertTrue(fields[0].value.hasPrefix("By=\"spiffe://td/gate;way\";Hash="))
        XCTAssertEqual(ForwardedFields.rfc9440([]), [])
        XCTAssertEqual(ForwardedFields.xfcc([]), [])
        XCTAssertEqual(ForwardedFields.rfc9440([chain[0]]).map(\.name), ["Client-Cert"])
    }

    func test_received_headers_are_removed_in_any_spelling() throws {
        let stage = try ForwardingStage()
        let incoming = try ForwardingDialect.builtIn.flatMap { try HeaderText.fields($0, stage.alice.chain) }
        let twins = incoming.map { HeaderField($0.name.replacing("-", with: "_").uppercased(), $0.value) }
        let own = [HeaderField("Accept", "*/*"), HeaderField("X-Forwarded-For", "192.0.2.1")]
        XCTAssertEqual(ForwardedFields.removingForwarded(from: incoming + own + twins), own)
    }

    func test_elements_are_written_as_envoy_writes_them() throws {
        let element = XFCCElement([
            .init(.by, "test://foo.com/be"), .init(.hash, "abcdefg"), .init(.subject, "/CN=a \"b\""),
            .init(.uri, "test://foo.com/fe"), .init(.certificate, "abcde="), .init(.dns, "a,b"),
        ])
        let text =
            "By=test://foo.com/be;Hash=abcdefg;Subject=\"/CN=a \\\"b\\\"\";URI=test://foo.com/fe;Cert=\"abcde=\";DNS=\"a,b\""
        XCTAssertEqual("\(element)", text)
        XCTAssertEqual(try XFCCHeader([text]).elements, [element])
    }

    private struct Vectors: Decodable {
        struct Parse: Decodable {
            let id: String
            let raw: String
            let tier: String
            let expected: [[[String]]]?
            let must_fail: Bool
        }
        let parse: [Parse]
    }

    private struct Certificates: Decodable {
        struct Case: Decodable {
            let id: String
            let client_cert: [String]
            let client_cert_chain: [String]
            let must_fail: Bool
            let tier: String
            let leaf: String?
            let chain: [String]?
        }
        let cases: [Case]
    }

    private func vectors<Value: Decodable>(_ name: String) throws -> Value {
        let folder = ProcessInfo.processInfo.environment["CERTAUTH_VECTORS"] ?? "../shared/conformance"
        guard let data = FileManager.default.contents(atPath: "\(folder)/headers/\(name)") else {
            throw XCTSkip("no test vectors at \(folder): set CERTAUTH_VECTORS, see Docs/Conformance.md")
        }
        return try JSONDecoder().decode(Value.self, from: data)
    }

    func test_XFCC_external_vectors_agree_in_all_core_cases() throws {
        let vectors: Vectors = try vectors("xfcc.json")
        // A header without characters contains no element here; one project reads one element without keys.
        let misses: Set = ["xfcc::empty-header-element"]
        for vector in vectors.parse where !misses.contains(vector.id) {
            let found = try? XFCCHeader([vector.raw]).elements.map { $0.pairs.map { [$0.key.rawValue, $0.value] } }
            XCTAssertEqual(found, vector.must_fail ? nil : vector.expected, vector.id)
        }
        XCTAssertTrue(vectors.parse.filter { misses.contains($0.id) }.allSatisfy { $0.tier == "profile" })
    }

    func test_RFC9440_external_vectors_agree_in_all_core_cases() throws {
        let vectors: Certificates = try vectors("rfc9440.json")
        // CertAuth gives parameters no meaning, but another reader may, so they are refused.
        let misses: Set = ["rfc9440::parameters-ignored"]
        for vector in vectors.cases where !misses.contains(vector.id) {
            let found = try? ClientCertificateFields(certificate: vector.client_cert, chain: vector.client_cert_chain)
            XCTAssertEqual(found == nil, vector.must_fail, vector.id)
            guard let found else { continue }
            XCTAssertEqual(HeaderText.base64(found.leaf), vector.leaf)
            XCTAssertEqual(found.issuers.map(HeaderText.base64), vector.chain)
        }
        XCTAssertTrue(vectors.cases.filter { misses.contains($0.id) }.allSatisfy { $0.tier == "profile" })
    }
}
