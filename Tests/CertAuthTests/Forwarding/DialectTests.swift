// SPDX-License-Identifier: Apache-2.0
// Each dialect: the client of an honest proxy is accepted, and each false verdict is refused.

import CertAuth
import CertAuthTesting
import XCTest

final class DialectTests: XCTestCase {
    private func code(
        _ stage: ForwardingStage,
        _ dialect: ForwardingDialect,
        _ fields: [HeaderField]
    ) async throws -> String {
        let result = try await stage.result(dialect, fields)
        return result.refusalCode?.rawValue ?? result.client?.certificate.subject.rfc4514 ?? ""
    }

    private func replaced(_ fields: [HeaderField], _ name: String, _ value: String?) -> [HeaderField] {
        fields.compactMap { $0.name == name ? value.map { HeaderField(name, $0) } : $0 }
    }

    func test_each_dialect_accepts_the_client_of_an_honest_proxy() async throws {
        let stage = try ForwardingStage()
        XCTAssertEqual(ForwardingDialect.builtIn.count, 22)
        for dialect in ForwardingDialect.builtIn {
            let result = try await stage.result(dialect, HeaderText.fields(dialect, stage.alice.chain))
            let client = assertAccepted(result)
            XCTAssertEqual(client?.certificate.derEncoded, stage.alice.certificateDER, dialect.name)
            XCTAssertEqual(client?.principal.name, "alice", dialect.name)
        }
    }

    func test_each_dialect_gives_no_certificate_if_the_proxy_sends_none_of_its_headers() async throws {
        let stage = try ForwardingStage()
        for dialect in ForwardingDialect.builtIn {
            let found = try await code(stage, dialect, [])
            XCTAssertEqual(found, "no-certificate", dialect.name)
        }
    }

    func test_verified_and_unverified_dialects_yield_different_types() throws {
        let stage = try ForwardingStage()
        for dialect in ForwardingDialect.builtIn {
            let request = ForwardingStage.fromProxy(try HeaderText.fields(dialect, stage.alice.chain))
            guard case .forwarded(let certificate?, true) = try stage.forwarding(dialect).decide(request) else {
                return XCTFail(dialect.name)
            }
            switch (dialect, certificate) {
            case (.verified, .verified(let chain)):
                XCTAssertEqual(chain.presented.source, .forwarded(dialect: dialect.name, verifiedByProxy: true))
            case (.unverified, .unverified(let chain)):
                XCTAssertEqual(chain.presented.source, .forwarded(dialect: dialect.name, verifiedByProxy: false))
            default: XCTFail("\(dialect.name): \(certificate)")
            }
        }
    }

    func test_a_verdict_is_required_if_the_dialect_has_one() async throws {
        let stage = try ForwardingStage()
        let verdicts: [(dialect: ForwardingDialect, header: Int)] = [
            (.verified(.nginx()), 1), (.verified(.nginxFolded()), 1), (.verified(.ingressNginx), 1),
            (.verified(.azureApplicationGateway()), 1), (.verified(.apache()), 1), (.verified(.haproxy()), 1),
            (.verified(.haproxy()), 2), (.verified(.gcp()), 2), (.verified(.gcp()), 3), (.verified(.cloudflare()), 2),
            (.verified(.cloudflare()), 3), (.verified(.cloudFrontRequired), 1),
        ]
        for (dialect, header) in verdicts {
            let name = dialect.headers[header]
            let honest = try HeaderText.fields(dialect, stage.alice.chain)
            let missing = try await code(stage, dialect, replaced(honest, name, nil))
            XCTAssertEqual(missing, "forwarding-untrusted", "\(dialect.name) \(name) missing")
            let empty = try await code(stage, dialect, replaced(honest, name, ""))
            XCTAssertEqual(empty, "forwarding-untrusted", "\(dialect.name) \(name) empty")
            let odd = try await code(stage, dialect, replaced(honest, name, "perhaps"))
            XCTAssertEqual(odd, "malformed", "\(dialect.name) \(name) odd")
        }
    }

    func test_what_the_proxy_did_not_verify_is_refused_however_good_it_is() async throws {
        let stage = try ForwardingStage()
        let verdicts: [(dialect: ForwardingDialect, header: Int, value: String)] = [
            (.verified(.nginx()), 1, "FAILED:unable to get local issuer certificate"),
            (.verified(.ingressNginx), 1, "FAILED:certificate has expired"), (.verified(.apache()), 1, "FAILED:x"),
            (.verified(.azureApplicationGateway()), 1, "FAILED:x"), (.verified(.haproxy()), 1, "10"),
            (.verified(.gcp()), 3, "false"), (.verified(.gcp()), 4, "client_cert_chain_exceeded_size_limit"),
        ]
        for (dialect, header, value) in verdicts {
            let honest = try HeaderText.fields(dialect, stage.alice.chain)
            let found = try await code(stage, dialect, replaced(honest, dialect.headers[header], value))
            XCTAssertEqual(found, "not-verified-by-proxy", "\(dialect.name) \(value)")
        }
    }

    func test_a_verdict_of_no_certificate_with_a_certificate_is_a_contradiction() async throws {
        let stage = try ForwardingStage()
        let verdicts: [(dialect: ForwardingDialect, header: Int, value: String)] = [
            (.verified(.nginx()), 1, "NONE"), (.verified(.apache()), 1, "NONE"), (.verified(.haproxy()), 2, "0"),
            (.verified(.gcp()), 2, "false"), (.unverified(.cloudFront), 1, "0"),
        ]
        for (dialect, header, value) in verdicts {
            let name = dialect.headers[header]
            let honest = try HeaderText.fields(dialect, stage.alice.chain)
            let both = try await code(stage, dialect, replaced(honest, name, value))
            XCTAssertEqual(both, "malformed", "\(dialect.name) \(value)")
            let rest = honest.filter { $0.name == name }
            let alone = try await code(stage, dialect, replaced(rest, name, value))
            XCTAssertEqual(alone, "no-certificate", "\(dialect.name) \(value)")
        }
    }

    func test_a_custom_dialect_reads_every_encoding() async throws {
        let stage = try ForwardingStage()
        let der = stage.alice.certificateDER
        let values: [CertificateEncoding: String] = [
            .base64DER: HeaderText.base64(der), .base64DERList: HeaderText.base64(der),
            .base64ConcatenatedDER: HeaderText.base64(Array(stage.alice.chain.joined())), .hexDER: HeaderText.hex(der),
            .percentEncodedPEM: HeaderText.escaped(stage.alice.chain), .spacedPEM: HeaderText.spaced(der, with: "\t"),
            .byteSequence: HeaderText.sequence(der),
        ]
        for encoding in CertificateEncoding.allCases {
            let dialect = ForwardingDialect.unverified(.custom(certificate: "X-Mine", encoding: encoding))
            let value = try XCTUnwrap(values[encoding])
            let found = try await code(stage, dialect, [HeaderField("x-mine", value)])
            XCTAssertEqual(found, "CN=alice", encoding.rawValue)
            let closed = ForwardingDialect.unverified(
                .custom(header: "X-Mine") { text in
                    guard text == value else { throw ForwardingConfigurationError.noTrustedProxies }
                    return [der]
                }
            )
            let byClosure = try await code(stage, closed, [HeaderField("x-mine", value)])
            XCTAssertEqual(byClosure, "CN=alice")
            let refused = try await code(stage, closed, [HeaderField("x-mine", value + "x")])
            XCTAssertEqual(refused, "malformed")
        }
    }

    func test_a_custom_verdict_is_compared_exactly() async throws {
        let stage = try ForwardingStage()
        let dialect = ForwardingDialect.verified(
            .custom(certificate: "X-C", encoding: .base64DER, verdict: "X-V", verified: "yes", absent: "none")
        )
        let leaf = HeaderField("X-C", HeaderText.base64(stage.alice.certificateDER))
        let cases: [([HeaderField], String)] = [
            ([leaf, HeaderField("X-V", "yes")], "CN=alice"), ([HeaderField("X-V", "none")], "no-certificate"),
            ([leaf, HeaderField("X-V", "Yes")], "not-verified-by-proxy"), ([leaf], "forwarding-untrusted"),
            ([leaf, HeaderField("X-V", "none")], "malformed"), ([HeaderField("X-V", "yes")], "malformed"),
        ]
        for (fields, expected) in cases {
            let found = try await code(stage, dialect, fields)
            XCTAssertEqual(found, expected, "\(fields.map(\.name))")
        }
    }

    func test_errors_name_dialect_header_and_position() throws {
        let stage = try ForwardingStage()
        let broken = "-----BEGIN%20CERTIFICATE-----%0AMII%ZZ"
        let fields = [HeaderField("X-SSL-Client-Cert", broken), HeaderField("X-SSL-Client-Verify", "SUCCESS")]
        let decision = try stage.forwarding(.verified(.nginx())).decide(ForwardingStage.fromProxy(fields))
        guard case .failed(let error) = decision else { return XCTFail("\(decision)") }
        XCTAssertEqual(error.code, .malformed)
        XCTAssertEqual(error.dialect, "nginx")
        XCTAssertEqual(error.header, "X-SSL-Client-Cert")
        XCTAssertEqual(error.position, 35)
        XCTAssertEqual(
            "\(error)",
            "malformed: dialect nginx, header X-SSL-Client-Cert at byte 35: % without two hexadecimal digits"
        )
    }

    func test_dialects_are_found_by_name_and_take_other_headers() throws {
        for dialect in ForwardingDialect.builtIn {
            XCTAssertEqual(ForwardingDialect.named(dialect.name)?.headers, dialect.headers)
        }
        XCTAssertEqual(ForwardingDialect.named("nginx", headers: ["A"])?.headers, ["A", "X-SSL-Client-Verify"])
        XCTAssertEqual(ForwardingDialect.named("nginx", headers: ["A", "B"])?.headers, ["A", "B"])
        XCTAssertEqual(
            ForwardingDialect.named("haproxy", headers: ["A", "B", "C", "D"])?.headers,
            ["A", "B", "C", "D"]
        )
        XCTAssertNil(ForwardingDialect.named("nginx", headers: ["A", "B", "C"]))
        XCTAssertNil(ForwardingDialect.named("cloudfront", headers: ["A"]))
        XCTAssertNil(ForwardingDialect.named("guess"))
    }
}
