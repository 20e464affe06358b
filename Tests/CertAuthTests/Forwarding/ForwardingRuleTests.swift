// SPDX-License-Identifier: Apache-2.0
// Which certificate counts when a header and a TLS certificate meet, and which proxies are trusted.

import CertAuth
import CertAuthTesting
import XCTest

final class ForwardingRuleTests: XCTestCase {
    /// A proxy with a certificate of its own CA, and the identity by which it is recognized.
    private struct Hop {
        let stage: ForwardingStage
        let proxy: TestIdentity
        let identity: ProxyIdentity
        /// Issued by the proxies' CA, but not to a proxy.
        let neighbour: TestIdentity

        init() throws {
            stage = try ForwardingStage()
            let authority = try TestAuthority("Proxy Root")
            proxy = try authority.issue("edge") {
                $0.extensions.replace(.subjectAlternativeNames([.dns("edge.example")]))
            }
            neighbour = try authority.issue("neighbour") {
                $0.extensions.replace(.subjectAlternativeNames([.dns("other.edge.example")]))
            }
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .noCheck
            identity = try ProxyIdentity(options: options, matching: [.name(.dns("edge.example"))])
        }

        func forwarding(_ proxies: [TrustedProxy]) throws -> CertificateForwarding {
            try CertificateForwarding(.aspnet(), from: TrustedProxies(proxies))
        }

        func request(
            header: TestIdentity?,
            tls: TestIdentity?,
            from address: String = ForwardingStage.untrustedAddress
        ) throws -> ForwardingRequest {
            var request = ForwardingRequest(
                fields: [HeaderField("X-Forwarded-Proto", "https")],
                peer: ForwardingStage.peer(address),
                presentedChain: tls.flatMap { PresentedChain(derEncoded: $0.chain, source: .tls) }
            )
            if let header { request.fields += [HeaderField("X-Client-Cert", HeaderText.base64(header.certificateDER))] }
            return request
        }

        func outcome(_ proxies: [TrustedProxy], _ request: ForwardingRequest) async throws -> String {
            let found = await stage.result(try forwarding(proxies), request)
            let word = found.result.refusalCode?.rawValue ?? found.result.client?.certificate.subject.rfc4514 ?? ""
            return found.isRejected ? "400 \(word)" : word
        }
    }

    func test_a_connection_accepted_as_a_proxy_never_yields_a_principal_from_its_own_certificate() async throws {
        let hop = try Hop()
        // On a direct connection, a client with this certificate would be accepted.
        let network = TrustedProxy.network(try NetworkRange("10.0.0.0/8"))
        let direct = try await hop.outcome([network], hop.request(header: nil, tls: hop.stage.alice))
        XCTAssertEqual(direct, "CN=alice")
        let asProxy = try hop.request(header: nil, tls: hop.stage.alice, from: ForwardingStage.proxyAddress)
        let proxied = try await hop.outcome([network], asProxy)
        XCTAssertEqual(proxied, "no-certificate")
    }

    func test_without_a_forwarded_certificate_the_result_is_no_certificate() async throws {
        let hop = try Hop()
        let found = try await hop.outcome([.certificate(hop.identity)], hop.request(header: nil, tls: hop.proxy))
        XCTAssertEqual(found, "no-certificate")
    }

    func test_a_proxy_recognized_by_certificate_has_its_own_trust_and_name() async throws {
        let hop = try Hop()
        let alice = hop.stage.alice
        let known = try await hop.outcome([.certificate(hop.identity)], hop.request(header: alice, tls: hop.proxy))
        XCTAssertEqual(known, "CN=alice")
        // Another name of the same CA; and a client's certificate, which the clients' policy would accept.
        let neighbour = try await hop.outcome(
            [.certificate(hop.identity)],
            hop.request(header: alice, tls: hop.neighbour)
        )
        XCTAssertEqual(neighbour, "400 forwarding-untrusted")
        let client = try hop.stage.issuing.issue("edge") {
            $0.extensions.replace(.subjectAlternativeNames([.dns("edge.example")]))
        }
        let impostor = try await hop.outcome([.certificate(hop.identity)], hop.request(header: alice, tls: client))
        XCTAssertEqual(impostor, "400 forwarding-untrusted")
        // The converse: the proxy is not accepted as a client.
        let network = TrustedProxy.network(try NetworkRange("10.0.0.0/8"))
        let asClient = try await hop.outcome([network], hop.request(header: nil, tls: hop.proxy))
        XCTAssertEqual(asClient, "untrusted")
    }

    func test_a_proxy_can_also_be_recognized_by_a_pinned_key() async throws {
        let hop = try Hop()
        let selfSigned = try TestIdentity.selfSigned("edge")
        for proxy in [hop.proxy, selfSigned] {
            let identity = try ProxyIdentity(pinning: proxy.certificate)
            let good = try await hop.outcome(
                [.certificate(identity)],
                hop.request(header: hop.stage.alice, tls: proxy)
            )
            XCTAssertEqual(good, "CN=alice")
            let other = try await hop.outcome(
                [.certificate(identity)],
                hop.request(header: hop.stage.alice, tls: hop.neighbour)
            )
            XCTAssertEqual(other, "400 forwarding-untrusted")
        }
        let expired = try TestIdentity.selfSigned("edge", .expired)
        let identity = try ProxyIdentity(pinning: expired.certificate)
        let stale = try await hop.outcome([.certificate(identity)], hop.request(header: hop.stage.alice, tls: expired))
        XCTAssertEqual(stale, "400 forwarding-untrusted")
    }

    func test_ranges_are_matched_against_the_sockets_peer_and_not_X_Forwarded_For() async throws {
        let hop = try Hop()
        let network = TrustedProxy.network(try NetworkRange("10.0.0.0/8"))
        var request = try hop.request(header: hop.stage.alice, tls: nil)
        for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP"] {
            request.fields.append(HeaderField(name, "10.1.2.3"))
        }
        let claimed = try await hop.outcome([network], request)
        XCTAssertEqual(claimed, "400 forwarding-untrusted")
        request.peer = ForwardingStage.peer("::ffff:10.1.2.3")
        request.fields.append(HeaderField("X-Forwarded-For", "192.0.2.66"))
        let real = try await hop.outcome([network], request)
        XCTAssertEqual(real, "CN=alice")
    }

    func test_a_forwarded_certificate_has_precedence_only_over_that_of_the_proxy() async throws {
        let hop = try Hop()
        let (alice, bob) = (hop.stage.alice, try hop.stage.issuing.issue("bob"))
        let network = TrustedProxy.network(try NetworkRange("10.0.0.0/8"))
        let certificate = TrustedProxy.certificate(hop.identity)
        let inside = ForwardingStage.proxyAddress
        let outside = ForwardingStage.untrustedAddress
        let table: [(proxies: [TrustedProxy], header: TestIdentity?, tls: TestIdentity?, from: String, is: String)] = [
            ([certificate], alice, hop.proxy, outside, "CN=alice"),
            ([certificate], nil, hop.proxy, outside, "no-certificate"),
            ([certificate], alice, bob, outside, "400 forwarding-untrusted"),
            ([certificate], alice, nil, outside, "400 forwarding-untrusted"),
            ([certificate], nil, bob, outside, "CN=bob"), ([certificate], nil, nil, outside, "not-https"),
            ([network], alice, nil, inside, "CN=alice"), ([network], nil, nil, inside, "no-certificate"),
            ([network], alice, bob, inside, "forwarding-untrusted"), ([network], nil, bob, inside, "no-certificate"),
            ([network], alice, nil, outside, "400 forwarding-untrusted"),
            ([network], alice, bob, outside, "400 forwarding-untrusted"), ([network], nil, bob, outside, "CN=bob"),
            ([network, certificate], alice, hop.proxy, inside, "CN=alice"),
            ([network, certificate], alice, hop.proxy, outside, "CN=alice"),
            ([network, certificate], alice, bob, inside, "forwarding-untrusted"),
            ([network, certificate], alice, nil, inside, "CN=alice"),
            (
                [.certificate(hop.identity, from: [try NetworkRange("10.0.0.0/8")])], alice, hop.proxy, inside,
                "CN=alice"
            ),
            (
                [.certificate(hop.identity, from: [try NetworkRange("10.0.0.0/8")])], alice, hop.proxy, outside,
                "400 forwarding-untrusted"
            ),
        ]
        for (index, row) in table.enumerated() {
            let request = try hop.request(header: row.header, tls: row.tls, from: row.from)
            let found = try await hop.outcome(row.proxies, request)
            XCTAssertEqual(found, row.is, "row \(index)")
        }
    }

    func test_any_other_combination_of_header_and_TLS_certificate_is_refused_even_with_stripping() async throws {
        let hop = try Hop()
        var forwarding = try hop.forwarding([.network(try NetworkRange("10.0.0.0/8"))])
        forwarding.untrustedPeers = .strip
        let meeting = await hop.stage.result(
            forwarding,
            try hop.request(header: hop.stage.alice, tls: hop.stage.issuing.issue("bob"))
        )
        assertRefused(meeting.result, .forwardingUntrusted, at: nil)
        XCTAssertFalse(meeting.isRejected)
        let alone = await hop.stage.result(forwarding, try hop.request(header: hop.stage.alice, tls: nil))
        XCTAssertEqual(alone.result.refusalCode, .notHTTPS)
        let certificate = await hop.stage.result(forwarding, try hop.request(header: nil, tls: hop.stage.alice))
        assertAccepted(certificate.result)
    }

    func test_headers_of_all_other_known_dialects_are_removed_from_trusted_peers_too() throws {
        for configured in ForwardingDialect.builtIn {
            let forwarding = try CertificateForwarding(configured, from: ForwardingStage.trusted())
            for other in ForwardingDialect.builtIn {
                for header in other.headers {
                    XCTAssertTrue(forwarding.removes(header), "\(configured.name) \(header)")
                }
            }
            for header in ["Accept", "Host", "X-Forwarded-For", "X-Forwarded-Proto", "Authorization", "X-Request-Id"] {
                XCTAssertFalse(forwarding.removes(header), header)
            }
        }
        let custom = try CertificateForwarding(
            .custom(certificate: "My-Own", encoding: .base64DER),
            from: ForwardingStage.trusted()
        )
        XCTAssertTrue(custom.removes("my_own"))
    }

    func test_headers_of_other_dialects_from_a_trusted_peer_are_never_read() async throws {
        let stage = try ForwardingStage()
        let bob = try stage.issuing.issue("bob")
        for configured in ForwardingDialect.builtIn {
            let own = try HeaderText.fields(configured, stage.alice.chain)
            let names = Set(configured.headers.map { $0.lowercased().replacing("_", with: "-") })
            let others = try ForwardingDialect.builtIn.flatMap { try HeaderText.fields($0, bob.chain) }
                .filter { !names.contains($0.name.lowercased().replacing("_", with: "-")) }
            let both = try await stage.result(configured, others + own)
            XCTAssertEqual(both.client?.principal.name, "alice", configured.name)
            let alone = try await stage.result(configured, others)
            XCTAssertEqual(alone.refusalCode, .noCertificate, configured.name)
        }
    }

    func test_only_trusting_the_proxys_verdict_skips_the_engine() async throws {
        let stage = try ForwardingStage()
        let stranger = try TestAuthority("Elsewhere").issue("mallory", .expired)
        let fields = try HeaderText.fields(.verified(.nginx()), stranger.chain)
        let checked = try await stage.result(.verified(.nginx()), fields)
        XCTAssertEqual(checked.refusalCode, .untrusted)
        let blind = try CertificateForwarding(insecurelyTrustingVerdictOf: .nginx(), from: ForwardingStage.trusted())
        XCTAssertTrue(blind.insecurelyTrustsProxyVerdict)
        guard case .forwarded(.verified(let chain)?, true) = blind.decide(ForwardingStage.fromProxy(fields)) else {
            return XCTFail("no verified chain")
        }
        let trusted = await stage.authenticator.insecurelyAuthenticate(
            trusting: chain,
            facts: ConnectionFacts(isSecure: true)
        )
        XCTAssertEqual(assertAccepted(trusted)?.principal.name, "mallory")
        let plain = await stage.authenticator.insecurelyAuthenticate(
            trusting: chain,
            facts: ConnectionFacts(isSecure: false)
        )
        XCTAssertEqual(plain.refusalCode, .notHTTPS)
        let failed = fields.map { $0.value == "SUCCESS" ? HeaderField($0.name, "FAILED:expired") : $0 }
        guard case .failed(let error) = blind.decide(ForwardingStage.fromProxy(failed)) else {
            return XCTFail("a failed verdict")
        }
        XCTAssertEqual(error.code, .notVerifiedByProxy)
    }
}
