// SPDX-License-Identifier: Apache-2.0
// System proxies, started with the configurations in Docs/Forwarding.md and Docs/Deploying.md.

import CertAuthTestSupport
import CertAuthTesting
import Foundation
import NIOCore
import NIOPosix
import XCTest

/// A started proxy.
final class RealProxy {
    let port: Int
    private let kind: ProxyKind
    private let process = Process()
    private let folder: TemporaryDirectory

    /// Starts a proxy with the block of the documentation that is marked `tested: name`.
    ///
    /// - Parameters:
    ///   - configuration: replaces that block.
    ///   - files: the contents of `/etc/pki`, by name.
    ///   - application: the port of the server behind the proxy.
    init(
        _ kind: ProxyKind,
        block name: String? = nil,
        configuration: String? = nil,
        files: [String: String],
        application: Int
    ) async throws {
        let tool = try await kind.tool()
        self.kind = kind
        folder = try TemporaryDirectory()
        port = try await Self.freePort()
        let pki = folder.path
        for (name, text) in files { try folder.write(text, as: name) }
        if kind == .lighttpd { try folder.write(Self.block("lighttpd-lua"), as: "client-certificate.lua") }
        let ports = ["8080": application, "8443": port]
        let documented = try (configuration ?? Self.block(name ?? kind.rawValue))
            .replacing(/\b(8080|8443)\b/) { "\(ports[String($0.1)] ?? 0)" }
            .replacing(/\/etc\/(pki|lighttpd)\b/) { _ in pki }
        let path = try folder.write(kind.surrounded(documented, folder), as: "configuration")
        let arguments = kind.arguments(path, folder, port: port)
        if kind.closesDescriptors {
            // The proxy ends with the shell, which keeps the descriptors open.
            process.executableURL = try ExternalTool("sh").url
            let setpriv = try ExternalTool("setpriv").path
            process.arguments = ["-c", "\(setpriv) --pdeathsig KILL \"$@\" & wait", "sh", tool.path] + arguments
        } else {
            process.executableURL = tool.url
            process.arguments = arguments
        }
        process.environment = ["HOME": pki, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.currentDirectoryURL = URL(fileURLWithPath: pki)
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: try folder.write("", as: "log")))
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try await waitUntilItListens()
    }

    /// Stops the proxy with SIGKILL: it inherits blocked signals from the runtime's threads, so others have no effect.
    func stop() {
        defer { kind.removeSharedMemory(port: port) }
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The proxy's log.
    var log: String { (try? String(contentsOfFile: folder.path(of: "log"), encoding: .utf8)) ?? "" }

    private struct Failed: Error, CustomStringConvertible { let description: String }

    /// The fenced block after `<!-- tested: name -->`.
    static func block(_ name: String, page: String = "Forwarding.md") throws -> String {
        let text = try ProjectFiles.page(page)
        guard let mark = text.firstRange(of: "<!-- tested: \(name) -->\n```")?.upperBound,
            let start = text[mark...].firstIndex(of: "\n"),
            let end = text[start...].firstRange(of: "\n```")?.lowerBound
        else { throw Failed(description: "Docs/\(page) has no block tested: \(name)") }
        return String(text[text.index(after: start)..<end]) + "\n"
    }

    /// A port that was free just now; proxies do not report a port chosen by the system.
    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close()
        return try XCTUnwrap(port)
    }

    /// Repeats a request until there is an answer, for at most 20 seconds.
    private func waitUntilItListens() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let deadline = NIODeadline.now() + .seconds(20)
        while NIODeadline.now() < deadline, process.isRunning {
            let connection = ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port)
            if let channel = try? await connection.get() {
                // The proxy may have closed it already, as a load balancer does whose server refuses the connection.
                try? await channel.close()
                return
            }
            try await loop.scheduleTask(in: .milliseconds(25)) {}.futureResult.get()
        }
        stop()
        throw Failed(description: "the proxy does not listen: \(log)")
    }

    deinit { stop() }
}
