// SPDX-License-Identifier: Apache-2.0
// System proxies, started with the configurations in Docs/Forwarding.md and Docs/Deploying.md.

import CertAuthTestSupport
import CertAuthTesting
import Foundation
import NIOCore
import NIOPosix
import XCTest

/// A system proxy.
enum ProxyKind: String, CaseIterable {
    case nginx, haproxy, apache, caddy

    /// The program name, which on Debian sometimes differs from the project's name.
    var program: String { self == .apache ? "apache2" : rawValue }
}

/// A started proxy.
final class RealProxy {
    let port: Int
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

    /// Stops the proxy with SIGKILL: it inherits blocked signals from the runtime's threads, so others have no effect.
    func stop() {
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

    /// nginx's module for TCP, if it is not part of the program.
    static let streamModule = "/usr/lib/nginx/modules/ngx_stream_module.so"

    /// The parts of a configuration file around the documented block; none of them concerns certificates.
    private static func surrounded(_ block: String, _ kind: ProxyKind, _ folder: TemporaryDirectory) -> String {
        switch kind {
        case .nginx where block.hasPrefix("stream {"):
            // Debian has the module in a package of its own.
            let module = FileManager.default.fileExists(atPath: streamModule) ? "load_module \(streamModule);\n" : ""
            return """
                \(module)daemon off;
                master_process off;
                pid \(folder.path(of: "pid"));
                error_log stderr notice;
                events {}
                \(block)
                """
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
