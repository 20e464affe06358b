// SPDX-License-Identifier: Apache-2.0
// Proxies with different dialects in front of one server.

import CertAuth
import CertAuthTesting
import XCTest

final class CombinedForwardingTests: XCTestCase {
    /// nginx in 10.0.0.0/8 and a proxy of the dialect `aspnet` in 192.168.0.0/16.
    private struct Stage {
        static let (nginx, aspnet, elsewhere) = ("10.1.2.3", "192.168.1.2", "192.0.2.66")
        let forwarding = try! ForwardingStage()
        let configuration: CertificateForwarding

        init(_ customize: (inout CertificateForwarding) -> Void = { _ in }) throws {
            var parts = [
                try CertificateForwarding(.nginx(), from: ForwardingStage.trusted("10.0.0.0/8")),
                try CertificateForwarding(.aspnet(), from: ForwardingStage.trusted("192.168.0.0/16")),
            ]
            for index in parts.indices { customize(&parts[index]) }
            configuration = try CertificateForwarding(combining: parts)
            try configuration.check()
        }

        var nginxFields: [HeaderField] {
            [
                HeaderField("X-SSL-Client-Cert", HeaderText.escaped([forwarding.alice.certificateDER])),
                HeaderField("X-SSL-Client-Verify", "SUCCESS"),
            ]
        }

        var aspnetFields: [HeaderField] {
            [HeaderField("X-Client-Cert", HeaderText.base64(forwarding.alice.certificateDER))]
        }

        /// The code of the answer or the client's name; with `400` if the request is refused.
        func outcome(_ fields: [HeaderField], from address: String, _ chain: PresentedChain? = nil) async -> String {
            let request = ForwardingRequest(
                fields: [HeaderField("X-Forwarded-Proto", "https")] + fields,
                peer: ForwardingStage.peer(address),
                presentedChain: chain
            )
            let found = await forwarding.result(configuration, request)
            let word = found.result.refusalCode?.rawValue ?? found.result.client?.certificate.subject.rfc4514 ?? ""
            return found.isRejected ? "400 \(word)" : word
        }
    }

    func test_each_request_is_read_by_the_dialect_of_its_own_proxy_alone() async throws {
        let stage = try Stage()
        let (nginx, aspnet) = (stage.nginxFields, stage.aspnetFields)
        let verdict = [HeaderField("X-SSL-Client-Verify", "NONE")]
        let cases: [(fields: [HeaderField], address: String, expected: String)] = [
            (nginx, Stage.nginx, "CN=alice"), (aspnet, Stage.aspnet, "CN=alice"),
            // A client sends the headers of the dialect that its own proxy neither sets nor removes.
            (aspnet, Stage.nginx, "no-certificate"), (nginx, Stage.aspnet, "no-certificate"),
            (verdict + aspnet, Stage.nginx, "no-certificate"),
            (nginx + aspnet, Stage.nginx, "CN=alice"), (nginx + aspnet, Stage.aspnet, "CN=alice"),
            (nginx, Stage.elsewhere, "400 forwarding-untrusted"), (aspnet, Stage.elsewhere, "400 forwarding-untrusted"),
        ]
        for (fields, address, expected) in cases {
            let found = await stage.outcome(fields, from: address)
            XCTAssertEqual(found, expected, "\(address) \(fields.map(\.name))")
        }
    }

    func test_the_certificate_of_the_own_dialect_counts_whatever_the_other_headers_contain() async throws {
        let stage = try Stage()
        let mallory = try TestAuthority("Other Root").issue("mallory")
        let forged = [HeaderField("X-Client-Cert", HeaderText.base64(mallory.certificateDER))]
        let found = await stage.outcome(forged + stage.nginxFields, from: Stage.nginx)
        XCTAssertEqual(found, "CN=alice")
        let read = await stage.outcome(forged + stage.nginxFields, from: Stage.aspnet)
        XCTAssertEqual(read, "untrusted")
    }

    func test_applications_see_no_header_of_any_configured_dialect_and_the_log_names_their_dialects() throws {
        let custom = UnverifiedDialect.custom(name: "ours", certificate: "X-Our-Cert", encoding: .base64DER)
        let parts = [
            try CertificateForwarding(.nginx(), from: ForwardingStage.trusted("10.0.0.0/8")),
            try CertificateForwarding(custom, from: ForwardingStage.trusted("192.168.0.0/16")),
        ]
        let forwarding = try CertificateForwarding(combining: parts)
        for name in ["X-Our-Cert", "x_our_cert", "X-SSL-Client-Cert", "X.SSL.Client.Verify"] {
            XCTAssertTrue(forwarding.removes(name), name)
        }
        XCTAssertFalse(parts[0].removes("X-Our-Cert"))
        let fields = [
            HeaderField("x-our-cert", "a"), HeaderField("X-SSL-Client-Cert", "b"), HeaderField("Accept", "c"),
        ]
        XCTAssertEqual(forwarding.otherDialects(than: forwarding.groups[0], in: fields), "x-our-cert (ours)")
        let others = try XCTUnwrap(forwarding.otherDialects(than: forwarding.groups[1], in: fields))
        XCTAssertTrue(others.hasPrefix("X-SSL-Client-Cert (nginx, "), others)
    }

    func test_headers_that_a_connection_header_or_a_trailer_hides_are_those_of_all_dialects() throws {
        let stage = try Stage { $0.scheme = .header($0.groups[0].dialect.name == "nginx" ? "X-One" : "X-Two") }
        for name in ["X-SSL-Client-Cert", "X-Client-Cert", "X-One", "X-Two"] {
            for address in [Stage.nginx, Stage.aspnet, Stage.elsewhere] {
                var request = ForwardingRequest(
                    fields: [HeaderField("Connection", name)],
                    peer: ForwardingStage.peer(address)
                )
                guard case .rejected(let error) = stage.configuration.decide(request) else {
                    return XCTFail("\(name) \(address)")
                }
                XCTAssertEqual(error.code, .forwardingUntrusted)
                request.fields = []
                request.trailers = [HeaderField(name, "x")]
                guard case .rejected(let trailer) = stage.configuration.decide(request) else {
                    return XCTFail("\(name) \(address)")
                }
                XCTAssertEqual(trailer.code, .forwardingUntrusted)
            }
        }
    }

    func test_the_scheme_is_that_of_the_own_dialect() throws {
        let stage = try Stage { $0.scheme = .header($0.groups[0].dialect.name == "nginx" ? "X-One" : "X-Two") }
        for (address, fields, expected) in [
            (Stage.nginx, [HeaderField("X-One", "https"), HeaderField("X-Two", "http")], true),
            (Stage.nginx, [HeaderField("X-Two", "https")], false),
            (Stage.aspnet, [HeaderField("X-One", "http"), HeaderField("X-Two", "https")], true),
            (Stage.aspnet, [HeaderField("X-One", "https")], false),
        ] {
            let request = ForwardingRequest(fields: fields, peer: ForwardingStage.peer(address))
            guard case .forwarded(nil, let isSecure) = stage.configuration.decide(request) else {
                return XCTFail("\(address) \(fields)")
            }
            XCTAssertEqual(isSecure, expected, "\(address) \(fields)")
        }
    }

    func test_only_the_proxies_whose_verdict_is_trusted_skip_the_validation() throws {
        let combined = try CertificateForwarding(combining: [
            try CertificateForwarding(
                insecurelyTrustingVerdictOf: .nginx(),
                from: ForwardingStage.trusted("10.0.0.0/8")
            ),
            try CertificateForwarding(.aspnet(), from: ForwardingStage.trusted("192.168.0.0/16")),
        ])
        XCTAssertTrue(combined.insecurelyTrustsProxyVerdict)
        for (address, expected) in [(Stage.nginx, true), (Stage.aspnet, false)] {
            let request = ForwardingRequest(fields: [], peer: ForwardingStage.peer(address))
            XCTAssertEqual(combined.resolve(request).group.insecurelyTrustsProxyVerdict, expected)
        }
    }

    func test_a_change_of_the_scheme_or_the_limits_after_combining_is_refused() throws {
        let former = try Stage().configuration
        let changes: [(inout CertificateForwarding) -> Void] = [
            { $0.scheme = .header("X-Scheme") }, { $0.limits.certificates = 3 }, { $0.scheme = $0.scheme },
        ]
        for change in changes {
            var combined = former
            try combined.check()
            change(&combined)
            XCTAssertEqual(combined.groups.map(\.scheme), former.groups.map(\.scheme))
            XCTAssertEqual(combined.groups.map(\.limits.certificates), former.groups.map(\.limits.certificates))
            XCTAssertThrowsError(try combined.check()) {
                XCTAssertEqual($0 as? ForwardingConfigurationError, .changedAfterCombining)
            }
            XCTAssertThrowsError(try CertificateForwarding(combining: [combined])) {
                XCTAssertEqual($0 as? ForwardingConfigurationError, .changedAfterCombining)
            }
        }
        // No dialect may use the header of another one for the scheme.
        XCTAssertThrowsError(try Stage { $0.scheme = .header("X-Client-Cert") }) {
            XCTAssertEqual($0 as? ForwardingConfigurationError, .headerUsedTwice("X-Client-Cert"))
        }
    }

    func test_headers_of_peers_that_are_no_proxies_are_stripped_only_if_all_parts_say_so() async throws {
        let stage = try Stage { $0.untrustedPeers = .strip }
        for fields in [stage.nginxFields, stage.aspnetFields] {
            let found = await stage.outcome(fields, from: Stage.elsewhere)
            XCTAssertEqual(found, "not-https")
        }
        XCTAssertThrowsError(try Stage { if $0.groups[0].dialect.name == "nginx" { $0.untrustedPeers = .strip } }) {
            XCTAssertEqual($0 as? ForwardingConfigurationError, .untrustedPeersDiffer)
        }
        XCTAssertThrowsError(try CertificateForwarding(combining: [])) {
            XCTAssertEqual($0 as? ForwardingConfigurationError, .noTrustedProxies)
        }
    }

    func test_combined_values_can_be_combined_again() throws {
        let third = try CertificateForwarding(.caddy(), from: ForwardingStage.trusted("172.16.0.0/12"))
        let combined = try CertificateForwarding(combining: [Stage().configuration, third])
        XCTAssertEqual(combined.groups.map(\.dialect.name), ["nginx", "aspnet", "caddy"])
        let peer = ForwardingRequest(fields: [], peer: ForwardingStage.peer("172.16.0.1"))
        XCTAssertEqual(combined.resolve(peer).group.dialect.name, "caddy")
    }
}
