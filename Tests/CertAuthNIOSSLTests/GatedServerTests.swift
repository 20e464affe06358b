// SPDX-License-Identifier: Apache-2.0
// The strict pipeline over real sockets: BoringSSL is the server, OpenSSL the client, one engine validates.

#if NIOSSL
import CertAuth
import CertAuthNIOSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOEmbedded
import NIOSSL
import XCTest

final class GatedServerTests: XCTestCase {
    func test_a_good_client_is_authenticated_on_both_versions() async throws {
        let world = try ClientWorld()
        let alice = try world.issuing.issue("alice")
        try await LineServer.withGatedServer(world.adapter) { server in
            for version in TLSProtocolVersion.allCases {
                let answer = try await server.client(alice).version(version).ask()
                XCTAssertEqual(answer, .line("CN=alice, full, 2 certificates\n", resumed: false), version.rawValue)
            }
        }
    }

    func test_a_bad_client_is_refused_in_the_handshake_on_both_versions() async throws {
        let world = try ClientWorld()
        let clients = [
            try world.issuing.issue("alice", .expired), try world.issuing.issue("alice", .wrongUsage),
            try TestAuthority("Stranger").issue("mallory"),
        ]
        try await LineServer.withGatedServer(world.adapter) { server in
            for version in TLSProtocolVersion.allCases {
                for client in clients {
                    let answer = try await server.client(client).version(version).ask()
                    XCTAssertEqual(answer, .alert("certificate_unknown"), version.rawValue)
                }
            }
            XCTAssertEqual(server.log.lines, [])
        }
    }

    func test_a_client_without_a_certificate_is_refused_where_one_is_required_and_anonymous_elsewhere()
        async throws
    {
        let world = try ClientWorld()
        try await LineServer.withGatedServer(world.adapter) { server in
            let refused = try await server.client(nil).version(.tls13).ask()
            XCTAssertEqual(refused, .alert("certificate_required"))
            let refusedToo = try await server.client(nil).version(.tls12).ask()
            XCTAssertEqual(refusedToo, .alert("handshake_failure"))
            XCTAssertEqual(server.log.lines, [])
        }
        try await LineServer.withGatedServer(world.adapter, verification: .optionalVerification) { server in
            for version in TLSProtocolVersion.allCases {
                let answer = try await server.client(nil).version(version).ask()
                XCTAssertEqual(answer, .line("no-certificate\n", resumed: false), version.rawValue)
            }
            let bad = try await server.client(world.issuing.issue("bob", .expired)).ask()
            XCTAssertEqual(bad, .alert("certificate_unknown"))
        }
    }

    func test_a_configuration_that_requests_no_certificate_does_not_start() async throws {
        let world = try ClientWorld()
        do {
            try await LineServer.withGatedServer(world.adapter, verification: .none) { _ in }
            XCTFail("it started")
        } catch {
            XCTAssertEqual(error as? NIOSSLConfigurationError, .clientsAreNotAsked)
        }
    }

    func test_names_of_authorities_that_no_handshake_can_hold_do_not_start() throws {
        let world = try ClientWorld()
        let directory = try TemporaryDirectory()
        // More than 250 bytes for each name.
        let certificates = try (0..<270).map { number in
            try world.root.issue("Authority \(number)") {
                $0.subject = $0.subject.appending(.organizationName, String(repeating: "x", count: 220))
            }.certificate
        }
        let roots = try certificates.map { try NIOSSLCertificate(bytes: $0.derEncoded, format: .der) }
        let server = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        func context(
            _ trust: NIOSSLTrustRoots,
            _ additional: [NIOSSLAdditionalTrustRoots] = [],
            sending: Bool = true
        ) throws -> NIOSSLServerContext {
            var configuration = try TLSConfiguration.makeServerConfiguration(
                certificateChain: server.chain.map { .certificate(try NIOSSLCertificate(bytes: $0, format: .der)) },
                privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(server.privateKeyPEM().utf8), format: .pem))
            )
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = trust
            configuration.additionalTrustRoots = additional
            configuration.sendCANameList = sending
            return try NIOSSLServerContext(configuration: configuration, authentication: world.adapter)
        }
        func assertTooLong(_ make: @autoclosure () throws -> NIOSSLServerContext, line: UInt = #line) {
            XCTAssertThrowsError(try make(), line: line) { error in
                guard case .authorityNamesTooLong(let count, let bytes, let limit)? = error as? NIOSSLConfigurationError
                else { return XCTFail("\(error)", line: line) }
                XCTAssertEqual(count, 270, line: line)
                XCTAssertGreaterThan(bytes, limit, line: line)
                XCTAssertTrue("\(error)".contains("270 authorities"), "\(error)", line: line)
            }
        }
        let file = try directory.write(certificates.map(\.pem).joined(), as: "roots.pem")
        let half = try directory.write(certificates.prefix(135).map(\.pem).joined(), as: "half.pem")
        assertTooLong(try context(.certificates(roots)))
        assertTooLong(try context(.file(file)))
        assertTooLong(try context(.certificates([]), [.certificates(roots)]))
        assertTooLong(try context(.file(half), [.certificates(Array(roots.suffix(135)))]))
        XCTAssertNoThrow(try context(.certificates(Array(roots.prefix(135)))))
        XCTAssertNoThrow(try context(.file(half)))
        XCTAssertNoThrow(try context(.certificates(roots), sending: false))
    }

    func test_hooks_decide_before_the_first_byte_is_released() async throws {
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            context.certificate.subject.rfc4514 == "CN=alice" ? .success(context.principal) : .fail(reason: "unknown")
        })
        let world = try ClientWorld(events: events)
        let (alice, bob) = (try world.issuing.issue("alice"), try world.issuing.issue("bob"))
        try await LineServer.withGatedServer(world.adapter, greeting: "welcome\n") { server in
            // Bob's certificate is valid, so his handshake succeeds; then he is disconnected without a greeting.
            let answer = try await server.client(bob).ask()
            XCTAssertEqual(answer, .closed(cleanly: true))
            XCTAssertEqual(server.log.lines, [])
            let welcome = try await server.client(alice).withConnection { try await $0.read() }
            XCTAssertEqual(String(decoding: welcome, as: UTF8.self), "welcome\n")
        }
    }

    func test_data_after_Finished_waits_for_the_hooks_and_is_delivered_in_order() async throws {
        let gate = Gate()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            await gate.pass()
            return .success(context.principal)
        })
        let world = try ClientWorld(events: events)
        let alice = try world.issuing.issue("alice")
        try await LineServer.withGatedServer(world.adapter) { server in
            try await server.client(alice).withConnection { connection in
                try await connection.write(Array("1".utf8))
                try await connection.write(Array("2".utf8))
                await gate.arrivals(1)
                XCTAssertEqual(server.log.lines, [])
                gate.open()
                _ = try await connection.read()
                XCTAssertEqual(server.log.lines.joined().first, "1")
            }
        }
    }

    func test_a_handshake_that_does_not_end_is_ended() async throws {
        let world = try ClientWorld()
        let identity = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        var configuration = try TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(NIOSSLCertificate(bytes: identity.certificateDER, format: .der))],
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM().utf8), format: .pem))
        )
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        let context = try NIOSSLServerContext(configuration: configuration, authentication: world.adapter)
        let channel = NIOAsyncTestingChannel()
        try await channel.testingEventLoop.executeInContext { try context.addHandlers(to: channel) }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1))
        await channel.testingEventLoop.advanceTime(by: .seconds(9))
        XCTAssertTrue(channel.isActive)
        await channel.testingEventLoop.advanceTime(by: .seconds(2))
        do {
            try await channel.throwIfErrorCaught()
            XCTFail("nothing was said")
        } catch {
            XCTAssertEqual(error as? TLSServerError, .timedOut)
        }
    }
}
#endif
