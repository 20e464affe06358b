// SPDX-License-Identifier: Apache-2.0
// Proxies that would belong to two dialects.

import CertAuth
import CertAuthTesting
import XCTest

final class ProxyOverlapTests: XCTestCase {
    private struct World {
        let stage: ForwardingStage
        let authority: TestAuthority
        let edge: TestIdentity
        let mesh: TestIdentity
        /// A certificate with the names of both proxies.
        let both: TestIdentity

        init() throws {
            stage = try ForwardingStage()
            let authority = try TestAuthority("Proxy Root")
            func issue(_ names: String...) throws -> TestIdentity {
                try authority.issue(names[0]) {
                    $0.extensions.replace(.subjectAlternativeNames(names.map { .dns($0) }))
                }
            }
            self.authority = authority
            edge = try issue("edge.example")
            mesh = try issue("mesh.example")
            both = try issue("edge.example", "mesh.example")
        }

        func identity(_ name: String) throws -> ProxyIdentity {
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .noCheck
            return try ProxyIdentity(options: options, matching: [.name(.dns(name))])
        }

        func combined(_ nginx: [TrustedProxy], _ aspnet: [TrustedProxy]) throws -> CertificateForwarding {
            try CertificateForwarding(combining: [
                try CertificateForwarding(.nginx(), from: TrustedProxies(nginx)),
                try CertificateForwarding(.aspnet(), from: TrustedProxies(aspnet)),
            ])
        }

        /// The decision on a request of the dialect `aspnet` with alice's certificate.
        func outcome(_ forwarding: CertificateForwarding, _ proxy: TestIdentity?, from address: String) async -> String
        {
            let request = ForwardingRequest(
                fields: [
                    HeaderField("X-Forwarded-Proto", "https"),
                    HeaderField("X-Client-Cert", HeaderText.base64(stage.alice.certificateDER)),
                ],
                peer: ForwardingStage.peer(address),
                presentedChain: proxy.flatMap { PresentedChain(derEncoded: $0.chain, source: .tls) }
            )
            let found = await stage.result(forwarding, request)
            let word = found.result.refusalCode?.rawValue ?? found.result.client?.certificate.subject.rfc4514 ?? ""
            return found.isRejected ? "400 \(word)" : word
        }
    }

    private func network(_ text: String) throws -> TrustedProxy { .network(try NetworkRange(text)) }

    func test_a_peer_that_could_be_a_proxy_of_two_dialects_is_refused_at_start_up() throws {
        let world = try World()
        let (edge, mesh) = (try world.identity("edge.example"), try world.identity("mesh.example"))
        let range = try NetworkRange("10.1.0.0/16")
        let apart = try NetworkRange("192.168.0.0/16")
        let cases: [(one: TrustedProxy, other: TrustedProxy, expected: (String, String)?)] = [
            (try network("10.0.0.0/8"), try network("10.1.0.0/16"), ("10.0.0.0/8", "10.1.0.0/16")),
            (try network("10.1.2.3"), try network("10.1.0.0/16"), ("10.1.2.3/32", "10.1.0.0/16")),
            (try network("10.0.0.0/8"), try network("::ffff:10.1.0.0/112"), ("10.0.0.0/8", "10.1.0.0/16")),
            (try network("10.0.0.0/9"), try network("10.128.0.0/9"), nil),
            (try network("10.0.0.0/8"), try network("a00::/8"), nil),
            (.unixSocket(users: [1, 2]), .unixSocket(users: [2, 3]), ("unix user 1, 2", "unix user 2, 3")),
            (.unixSocket(users: [1]), .unixSocket(users: [2]), nil),
            (.unixSocket(users: [1]), try network("10.0.0.0/8"), nil),
            (.certificate(edge), try network("10.0.0.0/8"), ("certificate from any address", "10.0.0.0/8")),
            (.certificate(edge), .unixSocket(users: [1]), ("certificate from any address", "unix user 1")),
            (.certificate(edge, from: [range]), .unixSocket(users: [1]), nil),
            (
                .certificate(edge, from: [range]), try network("10.0.0.0/8"),
                ("certificate from 10.1.0.0/16", "10.0.0.0/8")
            ),
            (.certificate(edge, from: [range]), try network("192.168.0.0/16"), nil),
            (.certificate(edge), .certificate(edge), ("certificate from any address", "certificate from any address")),
            (
                .certificate(edge, from: [range]), .certificate(edge),
                ("certificate from 10.1.0.0/16", "certificate from any address")
            ),
            (.certificate(edge, from: [range]), .certificate(edge, from: [apart]), nil),
            (.certificate(edge), .certificate(mesh), nil),
        ]
        let unrelated = try network("203.0.113.0/24")
        for (one, other, expected) in cases {
            for isTurned in [false, true] {
                let (first, second) = isTurned ? (other, one) : (one, other)
                guard let expected else {
                    XCTAssertNoThrow(try world.combined([first], [second]), "\(first) \(second)")
                    continue
                }
                let texts = isTurned ? (expected.1, expected.0) : expected
                // Behind another entry, too.
                let isFree = if case .certificate(_, from: []) = second { false } else { true }
                let before = isFree ? [unrelated, first] : [first]
                XCTAssertThrowsError(try world.combined(before, [second])) {
                    XCTAssertEqual(
                        $0 as? ForwardingConfigurationError,
                        .overlappingProxies("\(texts.0) (nginx)", "\(texts.1) (aspnet)")
                    )
                }
            }
        }
    }

    func test_a_certificate_with_the_names_of_two_dialects_is_refused_at_each_request() async throws {
        let world = try World()
        let forwarding = try world.combined(
            [.certificate(world.identity("edge.example"))],
            [.certificate(world.identity("mesh.example"))]
        )
        let mesh = await world.outcome(forwarding, world.mesh, from: "10.0.0.1")
        XCTAssertEqual(mesh, "CN=alice")
        let edge = await world.outcome(forwarding, world.edge, from: "10.0.0.1")
        XCTAssertEqual(edge, "no-certificate")
        let both = await world.outcome(forwarding, world.both, from: "10.0.0.1")
        XCTAssertEqual(both, "400 forwarding-untrusted")
    }

    func test_the_certificate_of_one_dialect_and_the_address_of_another_make_no_proxy() async throws {
        let world = try World()
        let (here, there) = (try NetworkRange("10.0.0.0/8"), try NetworkRange("192.168.0.0/16"))
        let known = try world.combined(
            [.certificate(world.identity("edge.example"), from: [here])],
            [.certificate(world.identity("mesh.example"), from: [there])]
        )
        let byPlace = try world.combined(
            [.certificate(world.identity("edge.example"), from: [here])],
            [.network(there)]
        )
        let cases: [(CertificateForwarding, TestIdentity?, String, expected: String)] = [
            (known, world.mesh, "192.168.0.1", "CN=alice"),
            (known, world.mesh, "10.0.0.1", "400 forwarding-untrusted"),
            (known, world.edge, "192.168.0.1", "400 forwarding-untrusted"),
            (known, nil, "192.168.0.1", "400 forwarding-untrusted"),
            (byPlace, nil, "192.168.0.1", "CN=alice"),
            // The other group's certificate is not a known one here, as any other certificate would not be.
            (byPlace, world.edge, "192.168.0.1", "forwarding-untrusted"),
            (byPlace, world.edge, "10.0.0.1", "no-certificate"),
            (byPlace, nil, "10.0.0.1", "400 forwarding-untrusted"),
        ]
        for (forwarding, proxy, address, expected) in cases {
            let found = await world.outcome(forwarding, proxy, from: address)
            XCTAssertEqual(found, expected, "\(address) \(proxy?.certificateDER.count ?? 0)")
        }
    }
}
