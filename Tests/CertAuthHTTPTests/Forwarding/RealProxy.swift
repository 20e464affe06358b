// SPDX-License-Identifier: Apache-2.0
// Installed proxies, started with the configurations in Docs/Forwarding.md.

import CertAuthTesting
import Foundation
import NIOCore
import NIOPosix
import XCTest

/// A proxy program.
enum ProxyKind: String, CaseIterable {
    case nginx, haproxy, apache, caddy

    /// The name of the program, which on Debian is not always that of the project.
    var program: String { self == .apache ? "apache2" : rawValue }
}

/// A started proxy.
final class RealProxy {
    let port: Int
    private let process = Process()
    private let folder: TemporaryDirectory

    /// Starts a proxy with the configuration block in the documentation that is marked `tested: name`.
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
        let tool = try ExternalTool(kind.program)
        folder = try TemporaryDirectory()
        port = try await Self.freePort()
        let pki = folder.path
        for (name, text) in files { try folder.write(text, as: name) }
        let documented = try (configuration ?? Self.block(name ?? kind.rawValue))
            .replacing("127.0.0.1:8080", with: "127.0.0.1:\(application)")
            .replacing("8443", with: "\(port)").replacing("/etc/pki", with: pki)
        let path = try folder.write(Self.surrounded(documented, kind, folder), as: "configuration")
        process.executableURL = URL(fileURLWithPath: tool.path)
        process.arguments = Self.arguments(kind, path)
        process.environment = ["HOME": pki, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.currentDirectoryURL = URL(fileURLWithPath: pki)
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: try folder.write("", as: "log")))
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try await waitUntilItListens()
    }

    /// Kills the proxy. The runtime's threads block signals, and child processes inherit that, so only SIGKILL works.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The output of the proxy.
    var log: String { (try? String(contentsOfFile: folder.path(of: "log"), encoding: .utf8)) ?? "" }

    private struct Failed: Error, CustomStringConvertible { let description: String }

    /// Returns the fenced block after `<!-- tested: name -->`.
    static func block(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Docs/Forwarding.md"), encoding: .utf8)
        guard let mark = text.firstRange(of: "<!-- tested: \(name) -->\n```")?.upperBound,
            let start = text[mark...].firstIndex(of: "\n"),
            let end = text[start...].firstRange(of: "\n```")?.lowerBound
        else { throw Failed(description: "Docs/Forwarding.md has no block tested: \(name)") }
        return String(text[text.index(after: start)..<end]) + "\n"
    }

    /// Adds what a complete configuration file needs around the documented part; none of it concerns certificates.
    private static func surrounded(_ block: String, _ kind: ProxyKind, _ folder: TemporaryDirectory) -> String {
        switch kind {
        case .nginx:
            let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder.path(of: $0));" }.joined(separator: "\n")
            return """
                daemon off;
                master_process off;
                pid \(folder.path(of: "pid"));
                error_log stderr notice;
                events {}
                http {
                access_log off;
                \(paths)
                \(block)
                }

                """
        case .haproxy: return "global\n    nbthread 1\n" + block
        case .apache:
            let modules = ["mpm_event", "authz_core", "ssl", "headers", "proxy", "proxy_http", "socache_shmcb"]
                .map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so" }.joined(separator: "\n")
            return """
                ServerName localhost
                ServerRoot \(folder.path)
                DefaultRuntimeDir \(folder.path)
                PidFile \(folder.path(of: "pid"))
                ErrorLog /dev/stderr
                \(modules)
                \(block)
                """
        case .caddy: return block
        }
    }

    private static func arguments(_ kind: ProxyKind, _ path: String) -> [String] {
        switch kind {
        case .nginx: ["-c", path]
        case .haproxy: ["-db", "-f", path]
        case .apache: ["-X", "-f", path]
        case .caddy: ["run", "--config", path, "--adapter", "caddyfile"]
        }
    }

    /// Returns a port that was free a moment ago, because a proxy cannot report a port that the system chose.
    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close()
        return try XCTUnwrap(port)
    }

    /// Repeats connecting until the proxy answers, for at most 20 seconds.
    private func waitUntilItListens() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let deadline = NIODeadline.now() + .seconds(20)
        while NIODeadline.now() < deadline, process.isRunning {
            let connection = ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port)
            if let channel = try? await connection.get() {
                try await channel.close()
                return
            }
            try await loop.scheduleTask(in: .milliseconds(25)) {}.futureResult.get()
        }
        stop()
        throw Failed(description: "the proxy does not listen: \(log)")
    }

    deinit { stop() }
}
