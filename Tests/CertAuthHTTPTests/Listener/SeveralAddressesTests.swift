// SPDX-License-Identifier: Apache-2.0
// One listener at several addresses: all or none, one limit, one shutdown.

import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import NIOCore
import NIOPosix
import XCTest

final class SeveralAddressesTests: XCTestCase {
    private static let any = ListenerAddress.hostPort(host: "127.0.0.1", port: 0)

    private func listener(
        _ addresses: [ListenerAddress],
        _ change: (inout HTTPSListenerConfiguration) -> Void = { _ in }
    ) throws -> HTTPSListener {
        var configuration = HTTPSListenerConfiguration(plainAt: addresses[0])
        configuration.additionalAddresses = Array(addresses.dropFirst())
        configuration.requirement = { _ in .anonymous }
        configuration.limits.idleShutdownTimeout = .milliseconds(50)
        change(&configuration)
        return try HTTPSListener(configuration: configuration) { .text($0.path) }
    }

    private static func get(_ path: String, _ address: ListenerAddress) async throws -> String {
        let socket = try await PlainSocket(to: address)
        return try await socket.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    }

    private func assertServes(_ address: ListenerAddress, line: UInt = #line) async throws {
        let answer = try await Self.get("/here", address)
        XCTAssertTrue(answer.hasPrefix("HTTP/1.1 200 OK") && answer.hasSuffix("/here"), answer, line: line)
    }

    private func hasIPv6() -> Bool {
        let group = MultiThreadedEventLoopGroup.singleton
        guard let channel = try? ServerBootstrap(group: group).bind(host: "::1", port: 0).wait() else { return false }
        try? channel.close().wait()
        return true
    }

    func test_every_address_serves_and_one_shutdown_ends_all() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path(of: "s")
        let listener = try listener([Self.any, .unixSocket(path: path), Self.any])
        let first = try await listener.start()
        let bound = listener.addresses
        XCTAssertEqual(bound.count, 3)
        XCTAssertEqual(bound.first, first)
        XCTAssertEqual(bound[1], .unixSocket(path: path))
        XCTAssertNotEqual(bound[0], bound[2])
        for address in bound { try await assertServes(address) }
        await listener.shutdown()
        XCTAssertEqual(listener.addresses, [])
        XCTAssertFalse(FileManager.default.fileExists(atPath: path))
        for address in bound {
            let socket = try? await PlainSocket(to: address)
            XCTAssertNil(socket, "\(address)")
        }
    }

    func test_if_one_address_cannot_be_bound_none_listens() async throws {
        let holder = try listener([Self.any])
        let taken = try await holder.start()
        let folder = try TemporaryDirectory()
        let path = folder.path(of: "s")
        let listener = try listener([.unixSocket(path: path), taken])
        do {
            try await listener.start()
            XCTFail("started")
        } catch let error as ListenerError {
            XCTAssertEqual(error, .cannotListen(at: taken, reason: "Address already in use"))
            XCTAssertEqual("\(error)", "cannot listen at \(taken): Address already in use")
        }
        XCTAssertEqual(listener.addresses, [])
        XCTAssertFalse(FileManager.default.fileExists(atPath: path), "the first address is released")
        await holder.shutdown()
        // The failed start can be repeated.
        try await listener.start()
        XCTAssertEqual(listener.addresses.count, 2)
        await listener.shutdown()
    }

    func test_a_host_without_an_address_is_named() async throws {
        let address = ListenerAddress.hostPort(host: "no-such-host.invalid", port: 1)
        do {
            try await listener([address]).start()
            XCTFail("started")
        } catch let error as ListenerError {
            XCTAssertEqual(error, .cannotListen(at: address, reason: "no address is known for this host"))
        }
    }

    func test_a_file_that_is_not_a_socket_is_not_replaced() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("precious", as: "file")
        do {
            try await listener([.unixSocket(path: path)]).start()
            XCTFail("started")
        } catch let error as ListenerError {
            XCTAssertEqual(
                error,
                .cannotListen(at: .unixSocket(path: path), reason: "there is a file that is not a socket")
            )
        }
        XCTAssertEqual(try String(contentsOfFile: path, encoding: .utf8), "precious")
    }

    func test_the_star_and_the_unspecified_IPv6_address_are_both_families() async throws {
        try XCTSkipUnless(hasIPv6(), "no IPv6 here")
        for host in ["*", "::", "0:0:0:0:0:0:0:0"] {
            let listener = try listener([.hostPort(host: host, port: 0)])
            let bound = try await listener.start()
            let port = try XCTUnwrap(bound.port)
            XCTAssertEqual(bound, .hostPort(host: "::", port: port), host)
            try await assertServes(.hostPort(host: "127.0.0.1", port: port))
            try await assertServes(.hostPort(host: "::1", port: port))
            await listener.shutdown()
        }
    }

    func test_the_unspecified_IPv4_address_is_one_family() async throws {
        try XCTSkipUnless(hasIPv6(), "no IPv6 here")
        let listener = try listener([.hostPort(host: "0.0.0.0", port: 0)])
        let bound = try await listener.start()
        let port = try XCTUnwrap(bound.port)
        try await assertServes(.hostPort(host: "127.0.0.1", port: port))
        let other = try? await PlainSocket(to: .hostPort(host: "::1", port: port))
        XCTAssertNil(other)
        await listener.shutdown()
    }

    func test_localhost_is_both_loopback_addresses_on_one_port() async throws {
        for name in ["localhost", "LOCALHOST"] {
            let listener = try listener([.hostPort(host: name, port: 0)])
            try await listener.start()
            let port = try XCTUnwrap(listener.address?.port)
            let four = ListenerAddress.hostPort(host: "127.0.0.1", port: port)
            let six = ListenerAddress.hostPort(host: "::1", port: port)
            XCTAssertEqual(listener.addresses, hasIPv6() ? [four, six] : [four])
            for address in listener.addresses { try await assertServes(address) }
            await listener.shutdown()
        }
    }

    func test_the_limit_of_connections_is_shared() async throws {
        let listener = try listener([Self.any, Self.any]) {
            $0.limits.connections = 2
            $0.limits.idleTimeout = .seconds(600)
        }
        try await listener.start()
        let (a, b) = (listener.addresses[0], listener.addresses[1])
        let first = try await PlainSocket(to: a)
        let second = try await PlainSocket(to: b)
        while listener.connectionCount < 2 { await Task.yield() }
        for address in [a, b] {
            // The reset may arrive before the connection is complete.
            let heard = try? await PlainSocket(to: address).end()
            XCTAssertEqual(heard ?? [], [], "reset")
        }
        XCTAssertEqual(listener.connectionCount, 2)
        await first.close()
        while listener.connectionCount > 1 { await Task.yield() }
        try await assertServes(b)
        await second.close()
        await listener.shutdown()
    }

    func test_waiting_clients_of_every_address_are_served_in_the_end() async throws {
        let listener = try listener([Self.any, Self.any]) {
            $0.limits.connections = 1
            $0.limits.whenFull = .wait
            $0.limits.idleTimeout = .seconds(600)
        }
        try await listener.start()
        let addresses = listener.addresses
        let first = try await PlainSocket(to: addresses[0])
        while listener.connectionCount < 1 { await Task.yield() }
        async let served: [String] = withThrowingTaskGroup(of: String.self) { tasks in
            for address in addresses + addresses {
                tasks.addTask { try await Self.get("/", address) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        await first.close()
        let answers = try await served
        XCTAssertEqual(answers.count, 4)
        for answer in answers { XCTAssertTrue(answer.hasPrefix("HTTP/1.1 200 OK"), answer) }
        await listener.shutdown()
    }
}
