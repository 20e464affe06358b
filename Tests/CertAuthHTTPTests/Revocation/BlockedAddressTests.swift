// SPDX-License-Identifier: Apache-2.0
// Certificates that refer to addresses from which nothing is fetched.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import Dispatch
import XCTest

final class BlockedAddressTests: XCTestCase {
    /// A resolver whose addresses the test chooses.
    private struct FixedResolver: HostResolver {
        let addresses: [String: [String]]

        func addresses(of host: String) throws(RevocationFetchError) -> [IPAddress] {
            guard let found = addresses[host] else { throw .unresolved(host: host, reason: "not in the test") }
            return found.compactMap { IPAddress($0) }
        }
    }

    /// Addresses that a CDP or AIA must not lead to, with the text of the refusal.
    private func targets(port: Int) -> [(address: String, word: String)] {
        [
            ("http://127.0.0.1:\(port)/ca.crl", "port \(port) of host 127.0.0.1 is blocked"),
            ("http://127.0.0.1/ca.crl", "blocked address 127.0.0.1 (loopback)"),
            ("http://169.254.169.254/latest/meta-data/", "blocked address 169.254.169.254 (metadata)"),
            ("http://[::1]/ca.crl", "blocked address ::1 (loopback)"),
            ("http://[::ffff:127.0.0.1]/ca.crl", "(loopback)"),
            ("http://10.1.2.3/ca.crl", "blocked address 10.1.2.3 (private)"),
            ("http://metadata.example/ca.crl", "host metadata.example has the blocked address 169.254.169.254"),
            ("http://local.example/ca.crl", "host local.example has the blocked address 127.0.0.1"),
            ("http://local6.example/ca.crl", "host local6.example has the blocked address ::1"),
            ("http://mixed.example/ca.crl", "host mixed.example has the blocked address 127.0.0.1"),
            ("ldap://127.0.0.1/cn=ca?certificateRevocationList", "ldap is not fetched"),
            ("file:///etc/passwd", "file is not fetched"),
            ("ftp://127.0.0.1/ca.crl", "ftp is not fetched"),
            ("https://public.example/ca.crl", "https is not fetched"),
            ("http://user:secret@127.0.0.1:\(port)/ca.crl", "credentials"),
            ("http://2130706433/ca.crl", "no valid host"),
            ("http://0x7f.1/ca.crl", "no valid host"),
            ("http://127.1/ca.crl", "no valid host"),
        ]
    }

    private let resolver = FixedResolver(addresses: [
        "metadata.example": ["169.254.169.254"], "local.example": ["127.0.0.1"], "local6.example": ["::1"],
        "mixed.example": ["192.0.32.7", "127.0.0.1"],
    ])

    func test_no_connection_is_attempted_to_a_blocked_address() async throws {
        try await RevocationServiceScene.run { scene in
            var policy = scene.policy
            policy.allowedHosts = []
            for (address, word) in targets(port: scene.service.port) {
                for isResponder in [false, true] {
                    let client = try scene.root.issue("client", profile(address, isResponder: isResponder))
                    let authenticator = try scene.authenticator(scene.gatherer(policy, resolver: resolver))
                    let result = await authenticator.authenticate(client)
                    XCTAssertEqual(result.word, "revocation-unknown", address)
                    let message = result.failure?.message ?? ""
                    XCTAssertTrue(message.contains(word), "\(address): \(message)")
                }
            }
            XCTAssertEqual(scene.service.connectionCount, 0)
        }
    }

    func test_the_same_address_is_reached_when_its_host_is_allowed() async throws {
        try await RevocationServiceScene.run { scene in
            let port = scene.service.port
            for (host, allowed) in [
                ("127.0.0.1", "127.0.0.1"), ("local.example", "local.example"),
                ("local.example", "LOCAL.example:\(port)"),
            ] {
                var policy = scene.policy
                policy.allowedHosts = [allowed]
                let client = try scene.root.issue("client", profile("http://\(host):\(port)/ca.crl"))
                let gatherer = scene.gatherer(policy, resolver: resolver)
                let result = try await scene.authenticator(gatherer).authenticate(client)
                XCTAssertEqual(result.word, "success", allowed)
            }
            XCTAssertEqual(scene.service.connectionCount, 3)
        }
    }

    func test_a_redirect_to_a_blocked_address_is_not_followed() async throws {
        try await RevocationServiceScene.run { scene in
            let other = try await RevocationService(authority: scene.root)
            for location in [
                "http://169.254.169.254/", "http://[::1]:\(other.port)/ca.crl", "http://local.example/ca.crl",
                "file:///etc/passwd", "ldap://127.0.0.1/", "//local.example:\(other.port)/ca.crl",
            ] {
                scene.service.fault = .redirect(to: location)
                let client = try scene.root.issue("client", scene.service.profile())
                let authenticator = try scene.authenticator(scene.gatherer(resolver: resolver))
                let result = await authenticator.authenticate(client)
                XCTAssertEqual(result.word, "revocation-unknown", location)
            }
            XCTAssertEqual(other.connectionCount, 0)
            scene.service.fault = .redirect(to: other.listAddress)
            let client = try scene.root.issue("client", scene.service.profile())
            let result = try await scene.authenticator(scene.gatherer(resolver: resolver)).authenticate(client)
            XCTAssertEqual(result.word, "success")
            XCTAssertEqual(other.connectionCount, 1)
            await other.stop()
        }
    }

    func test_only_as_many_addresses_as_the_limit_are_tried_and_a_list_of_ten_megabytes_is_refused() async throws {
        try await RevocationServiceScene.run { scene in
            scene.service.fault = .status(404)
            func client(_ count: Int, _ filler: String) throws -> TestIdentity {
                let addresses = (0..<count).map {
                    GeneralNameTemplate.uri("\(scene.service.listAddress)?\($0)\(filler)")
                }
                let profile = LeafProfile.client.and { template, _ in
                    template.extensions.replace(.crlDistributionPoints([addresses]))
                }
                return try scene.root.issue("client", profile)
            }
            let huge = try client(100, String(repeating: "x", count: 106_000))
            XCTAssertGreaterThan(huge.certificateDER.count, 10 << 20)
            let refused = try await scene.authenticator(scene.gatherer()).authenticate(huge)
            XCTAssertEqual(refused.word, "limit-exceeded")
            XCTAssertEqual(scene.service.connectionCount, 0)
            let unknown = try await scene.authenticator(scene.gatherer()).authenticate(try client(300, ""))
            XCTAssertEqual(unknown.word, "revocation-unknown")
            XCTAssertEqual(scene.service.requests.count, 8)
        }
    }

    func test_nothing_is_fetched_for_a_certificate_of_an_untrusted_issuer() async throws {
        try await RevocationServiceScene.run { scene in
            let impostor = try TestAuthority("Scene Root", clock: scene.clock.verificationClock)
            let mallory = try impostor.issue("mallory", scene.service.profile(responder: true))
            let result = try await scene.authenticator(scene.gatherer()).authenticate(mallory)
            XCTAssertEqual(result.word, "bad-signature")
            let expired = try scene.root.issue(
                "late",
                scene.service.profile().and { template, now in
                    template.notBefore = .automatic(now.adding(seconds: -86_400))
                    template.notAfter = .automatic(now.adding(seconds: -3_600))
                }
            )
            let late = try await scene.authenticator(scene.gatherer()).authenticate(expired)
            XCTAssertEqual(late.word, "expired")
            XCTAssertEqual(scene.service.connectionCount, 0)
        }
    }

    func test_a_look_up_that_ends_too_late_opens_no_connection() async throws {
        try await RevocationServiceScene.run { scene in
            let resolver = GatedResolver()
            var policy = scene.policy
            policy.allowedHosts = ["slow.example"]
            let fetcher = NIORevocationFetcher(policy: policy, resolver: resolver)
            func fetch(_ path: String, within duration: Duration) async throws(RevocationFetchError) {
                let url = try RevocationURL("http://slow.example:\(scene.service.port)\(path)")
                let deadline = ContinuousClock.now + duration
                _ = try await fetcher.fetch(
                    RevocationFetchRequest(url: url, accept: "*/*", maximumBytes: 1 << 20, deadline: deadline)
                )
            }
            do throws(RevocationFetchError) {
                try await fetch("/ca.crl", within: .milliseconds(50))
                XCTFail("fetched before the name was looked up")
            } catch {
                XCTAssertEqual(error, .timedOut(url: "http://slow.example:\(scene.service.port)/ca.crl"))
            }
            resolver.open()
            resolver.waitUntilAnswered()
            try await fetch("/ca.crl?2", within: .seconds(20))
            XCTAssertEqual(scene.service.requests.map(\.path), ["/ca.crl?2"])
            XCTAssertEqual(scene.service.connectionCount, 1)
        }
    }

    /// A resolver that answers when the test tells it to.
    private final class GatedResolver: HostResolver {
        private let gate = DispatchSemaphore(value: 0)
        private let answered = DispatchSemaphore(value: 0)

        func addresses(of host: String) throws(RevocationFetchError) -> [IPAddress] {
            gate.wait()
            gate.signal()
            defer { answered.signal() }
            return IPAddress("127.0.0.1").map { [$0] } ?? []
        }

        func open() { gate.signal() }
        func waitUntilAnswered() { answered.wait() }
    }

    private func profile(_ address: String, isResponder: Bool = false) -> LeafProfile {
        .client.and { template, _ in
            template.extensions.replace(
                isResponder
                    ? .authorityInformationAccess(ocsp: [address]) : .crlDistributionPoints([[.uri(address)]])
            )
        }
    }
}
