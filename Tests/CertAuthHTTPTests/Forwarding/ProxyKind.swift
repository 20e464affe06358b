// SPDX-License-Identifier: Apache-2.0

import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

/// A system proxy: its program, and what its configuration needs besides the documented block.
enum ProxyKind: String, CaseIterable {
    case nginx, haproxy, apache, caddy, lighttpd, squid, varnish, hitch, stunnel

    /// The proxies that forward certificates in headers.
    static let forwarding: [ProxyKind] = [.nginx, .haproxy, .apache, .caddy, .lighttpd, .squid]

    /// nginx's module for TCP, if it is not part of the program.
    static let streamModule = "/usr/lib/nginx/modules/ngx_stream_module.so"

    /// lighttpd's modules for TLS and for Lua, which are packages of their own on Debian.
    private static let lighttpdModules = ["mod_openssl", "mod_magnet"].map { "/usr/lib/lighttpd/\($0).so" }

    /// The program name, which on Debian sometimes differs from the project's name.
    var program: String {
        switch self {
        case .apache: "apache2"
        case .varnish: "varnishd"
        default: rawValue
        }
    }

    /// Whether the program closes the descriptors that it inherits. `Process` takes that for its end, and then waits for it
    /// in the thread that observes all other processes.
    var closesDescriptors: Bool { self == .varnish || self == .hitch }

    /// Finds the program. If it or one of its modules is missing, the test is skipped.
    func tool() async throws -> ExternalTool {
        let tool = try ExternalTool(program)
        switch self {
        case .lighttpd:
            for module in Self.lighttpdModules where !FileManager.default.fileExists(atPath: module) {
                throw XCTSkip("\(module) is missing: install lighttpd-mod-openssl and lighttpd-modules-lua")
            }
        case .squid:
            guard try await tool.run(["-v"]).output.contains("--with-openssl") else {
                throw XCTSkip("\(tool.path) is built without OpenSSL: install squid-openssl")
            }
        default: break
        }
        return tool
    }

    /// The name of a Squid that listens at a port. Its segments of shared memory begin with it.
    private static func squidService(_ port: Int) -> String { "certauth\(port)" }

    /// Removes the shared memory that a killed Squid leaves behind.
    func removeSharedMemory(port: Int) {
        guard self == .squid else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
        for name in names where name.hasPrefix(Self.squidService(port) + "-") {
            try? FileManager.default.removeItem(atPath: "/dev/shm/\(name)")
        }
    }

    /// The parts of a configuration file around the documented block; none of them concerns certificates.
    func surrounded(_ block: String, _ folder: TemporaryDirectory) -> String {
        switch self {
        case .nginx where block.hasPrefix("stream {"):
            // Debian has the module in a package of its own.
            let isModule = FileManager.default.fileExists(atPath: Self.streamModule)
            return """
                \(isModule ? "load_module \(Self.streamModule);" : "")
                daemon off;
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
        case .lighttpd: return "server.document-root = \"\(folder.path)\"\n" + block
        case .squid:
            return """
                visible_hostname localhost
                pid_filename none
                cache_log /dev/null
                access_log none
                pinger_enable off
                coredump_dir none
                \(block)
                """
        // As root, hitch requires a user to change to.
        case .hitch: return (geteuid() == 0 ? "user = \"nobody\"\ngroup = \"nogroup\"\n" : "") + block
        case .stunnel: return "foreground = yes\npid =\n" + block
        case .caddy, .varnish: return block
        }
    }

    /// The arguments for a configuration file. Varnish's port is not part of its configuration.
    func arguments(_ path: String, _ folder: TemporaryDirectory, port: Int) -> [String] {
        switch self {
        case .nginx: ["-c", path]
        case .haproxy: ["-db", "-f", path]
        case .apache: ["-X", "-f", path]
        case .caddy: ["run", "--config", path, "--adapter", "caddyfile"]
        case .lighttpd: ["-D", "-f", path]
        case .squid: ["-N", "-d1", "-n", Self.squidService(port), "-f", path]
        case .varnish:
            ["-F", "-j", "none", "-n", folder.path(of: "work"), "-a", "127.0.0.1:\(port)", "-f", path]
                + ["-s", "malloc,16m"]
        case .hitch: ["--config=\(path)"]
        case .stunnel: [path]
        }
    }
}
