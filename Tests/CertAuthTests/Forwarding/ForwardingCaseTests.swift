// SPDX-License-Identifier: Apache-2.0
// Cases B1 to B7, D2, D8 and D9 of Docs/Cases.md.

import CertAuth
import CertAuthTesting
import XCTest

final class ForwardingCaseTests: XCTestCase {
    private let aspnet = ForwardingDialect.unverified(.aspnet())

    private func header(_ value: String, _ name: String = "X-Client-Cert") -> [HeaderField] {
        [HeaderField(name, value)]
    }

    func test_an_empty_header_name_is_a_configuration_error() throws {
        XCTAssertThrowsError(try CertificateForwarding(.aspnet(header: ""), from: ForwardingStage.trusted())) {
            XCTAssertEqual($0 as? ForwardingConfigurationError, .invalidHeaderName(""))
        }
        XCTAssertNoThrow(try CertificateForwarding(.aspnet(header: "X"), from: ForwardingStage.trusted()))
    }

    func test_the_default_header_contains_the_certificate_in_base64() async throws {
        let stage = try ForwardingStage()
        let without = try await stage.result(aspnet, [])
        XCTAssertEqual(without.refusalCode, .noCertificate)
        let with = try await stage.result(aspnet, header(HeaderText.base64(stage.alice.certificateDER)))
        XCTAssertEqual(assertAccepted(with)?.certificate.derEncoded, stage.alice.certificateDER)
    }

    func test_a_header_next_to_another_TLS_certificate_is_refused_by_default() async throws {
        let stage = try ForwardingStage()
        let tls = PresentedChain(derEncoded: try stage.issuing.issue("bob").chain, source: .tls)
        let request = ForwardingStage.fromProxy(
            header(HeaderText.base64(stage.alice.certificateDER)),
            presenting: tls
        )
        let found = await stage.result(try stage.forwarding(aspnet), request)
        assertRefused(found.result, .forwardingUntrusted, at: nil)
    }

    func test_azure_app_service_header() async throws {
        let stage = try ForwardingStage()
        let found = try await stage.result(
            .unverified(.azureAppService()),
            header(HeaderText.base64(stage.alice.certificateDER), "X-ARR-ClientCert")
        )
        assertAccepted(found)
    }

    func test_a_header_that_is_not_configured_gives_no_certificate() async throws {
        let stage = try ForwardingStage()
        let custom = ForwardingDialect.unverified(.aspnet(header: "X-Mine"))
        let other = try await stage.result(custom, header(HeaderText.base64(stage.alice.certificateDER), "X-Other"))
        XCTAssertEqual(other.refusalCode, .noCertificate)
        let own = try await stage.result(custom, header(HeaderText.base64(stage.alice.certificateDER), "X-Mine"))
        assertAccepted(own)
    }

    func test_invalid_base64_is_malformed_not_anonymous() async throws {
        let stage = try ForwardingStage()
        for value in ["not base64!", "MII", "MIIB", "====", "AAAA"] {
            let found = try await stage.result(aspnet, header(value))
            assertRefused(found, .malformed, at: nil)
        }
    }

    func test_the_intermediate_forwarded_by_the_proxy_completes_the_path() async throws {
        let stage = try ForwardingStage { $0.additionalChainCertificates = [] }
        let carrying: Set = [
            "apache", "haproxy", "envoy", "istio", "azure-container-apps", "traefik", "aws-alb-passthrough", "gcp",
            "rfc9440",
        ]
        for dialect in ForwardingDialect.builtIn {
            let found = try await stage.result(dialect, HeaderText.fields(dialect, stage.alice.chain))
            if carrying.contains(dialect.name) {
                XCTAssertEqual(assertAccepted(found)?.chain.certificates.count, 3, dialect.name)
            } else {
                assertRefused(found, .untrusted, at: found.failure?.certificateIndex)
            }
        }
    }

    func test_a_header_from_an_untrusted_peer_is_refused_or_removed() async throws {
        let stage = try ForwardingStage()
        var request = ForwardingStage.fromProxy(header(HeaderText.base64(stage.alice.certificateDER)))
        request.peer = ForwardingStage.peer(ForwardingStage.untrustedAddress)
        var forwarding = try stage.forwarding(aspnet)
        let found = await stage.result(forwarding, request)
        assertRefused(found.result, .forwardingUntrusted, at: nil)
        XCTAssertTrue(found.isRejected)
        forwarding.untrustedPeers = .strip
        guard case .direct = forwarding.decide(request) else { return XCTFail("the header was read") }
        XCTAssertTrue(request.fields.contains { forwarding.removes($0.name) })
        request.presentedChain = PresentedChain(derEncoded: try stage.issuing.issue("bob").chain, source: .tls)
        let besides = await stage.result(forwarding, request)
        assertRefused(besides.result, .forwardingUntrusted, at: nil)
        XCTAssertFalse(besides.isRejected)
    }

    func test_duplicate_empty_and_oversize_headers_are_refused() async throws {
        let stage = try ForwardingStage()
        let good = header(HeaderText.base64(stage.alice.certificateDER))
        let twice = try await stage.result(aspnet, good + good)
        assertRefused(twice, .malformed, at: nil)
        let joined = try await stage.result(aspnet, header("\(good[0].value),\(good[0].value)"))
        assertRefused(joined, .malformed, at: nil)
        let empty = try await stage.result(aspnet, header(""))
        XCTAssertEqual(empty.refusalCode, .noCertificate)
        let large = try await stage.result(aspnet, header(String(repeating: "A", count: 64 * 1024)))
        assertRefused(large, .limitExceeded, at: nil)
        let atLimit = try await stage.result(aspnet, header(String(repeating: "!", count: 48 * 1024)))
        assertRefused(atLimit, .malformed, at: nil)
        let beyond = try await stage.result(aspnet, header(String(repeating: "A", count: 48 * 1024 + 1)))
        assertRefused(beyond, .limitExceeded, at: nil)
    }

    func test_a_PEM_bundle_is_refused_where_one_certificate_is_expected() async throws {
        let stage = try ForwardingStage()
        let verdict = HeaderField("X-SSL-Client-Verify", "SUCCESS")
        let one = HeaderField("X-SSL-Client-Cert", HeaderText.escaped([stage.alice.certificateDER]))
        let single = try await stage.result(.verified(.nginx()), [one, verdict])
        assertAccepted(single)
        let bundle = HeaderField("X-SSL-Client-Cert", HeaderText.escaped(stage.alice.chain))
        let found = try await stage.result(.verified(.nginx()), [bundle, verdict])
        assertRefused(found, .malformed, at: nil)
    }

    func test_RFC9440_with_and_without_colons() async throws {
        let stage = try ForwardingStage()
        let text = HeaderText.base64(stage.alice.certificateDER)
        let with = try await stage.result(.unverified(.rfc9440()), header(":\(text):", "Client-Cert"))
        assertAccepted(with)
        let without = try await stage.result(.unverified(.rfc9440()), header(text, "Client-Cert"))
        assertRefused(without, .malformed, at: nil)
    }

    func test_XFCC_with_several_hops() async throws {
        let stage = try ForwardingStage()
        let frontend = try stage.issuing.issue("frontend")
        let value = "\(try HeaderText.xfcc(stage.alice.chain)),\(try HeaderText.xfcc(frontend.chain))"
        let found = try await stage.result(.unverified(.envoy()), header(value, "x-forwarded-client-cert"))
        XCTAssertEqual(assertAccepted(found)?.principal.name, "frontend")
    }

    func test_only_the_trusted_proxy_determines_the_scheme() async throws {
        let stage = try ForwardingStage()
        let forwarding = try stage.forwarding(aspnet)
        let leaf = HeaderField("X-Client-Cert", HeaderText.base64(stage.alice.certificateDER))
        let schemes: [(fields: [HeaderField], code: FailureCode?)] = [
            ([HeaderField("X-Forwarded-Proto", "https")], nil), ([HeaderField("x-forwarded-proto", "HTTPS")], nil),
            ([HeaderField("x_forwarded_proto", "https")], .forwardingUntrusted),
            ([HeaderField("X-Forwarded-Proto", "http")], .notHTTPS), ([], .notHTTPS),
            ([HeaderField("X-Forwarded-Proto", "https, http")], .forwardedScheme),
            ([HeaderField("X-Forwarded-Proto", "")], .forwardedScheme),
            ([HeaderField("X-Forwarded-Proto", "ftp")], .forwardedScheme),
            ([HeaderField("X-Forwarded-Proto", "wss")], nil), ([HeaderField("X-Forwarded-Proto", "ws")], .notHTTPS),
            (
                [HeaderField("X-Forwarded-Proto", "https"), HeaderField("X-Forwarded_Proto", "http")],
                .forwardingUntrusted
            ),
            ([HeaderField("X-Forwarded-Proto", "https"), HeaderField("X-Forwarded-Proto", "https")], .forwardedScheme),
        ]
        for (fields, code) in schemes {
            let request = ForwardingRequest(
                fields: fields + [leaf],
                peer: ForwardingStage.peer(ForwardingStage.proxyAddress)
            )
            let found = await stage.result(forwarding, request)
            XCTAssertEqual(found.result.refusalCode, code, "\(fields)")
        }
        let stranger = ForwardingRequest(
            fields: [HeaderField("X-Forwarded-Proto", "https")],
            peer: ForwardingStage.peer(ForwardingStage.untrustedAddress)
        )
        let found = await stage.result(forwarding, stranger)
        XCTAssertEqual(found.result.refusalCode, .notHTTPS)
        var assumed = forwarding
        assumed.scheme = .insecurelyAssumedHTTPS
        let without = ForwardingRequest(fields: [leaf], peer: ForwardingStage.peer(ForwardingStage.proxyAddress))
        let accepted = await stage.result(assumed, without)
        assertAccepted(accepted.result)
    }

    func test_refusals_of_the_engine_are_the_same_as_for_TLS() async throws {
        let stage = try ForwardingStage()
        let cases: [(TestIdentity, FailureCode)] = [
            (try stage.issuing.issue("old", .expired), .expired),
            (try stage.issuing.issue("young", .notYetValid), .notYetValid),
            (try stage.issuing.issue("host", .server(dnsNames: ["h"])), .wrongUsage),
            (try TestAuthority("Elsewhere").issue("mallory"), .untrusted),
        ]
        for (client, code) in cases {
            let tls = PresentedChain(derEncoded: client.chain, source: .tls)
            let direct = await stage.authenticator.authenticate(tls, facts: ConnectionFacts(isSecure: true))
            XCTAssertEqual(direct.refusalCode, code)
            for dialect in ForwardingDialect.builtIn {
                let found = try await stage.result(dialect, HeaderText.fields(dialect, client.chain))
                XCTAssertEqual(found.refusalCode, code, "\(dialect.name) \(code)")
            }
        }
    }
}
