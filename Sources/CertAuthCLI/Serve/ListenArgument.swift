// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth
package import CertAuthHTTP

/// Parses `--listen`: `host:port`, `[::1]:port` or `unix:PATH`.
package enum ListenArgument {
    /// The longest path of a Unix socket, without the terminating zero.
    package static var socketPathLimit: Int {
        #if canImport(Darwin)
        103
        #else
        107
        #endif
    }

    @Sendable package static func address(_ text: String) throws -> ListenerAddress {
        if text.hasPrefix("unix:") { return .unixSocket(path: try socketPath(String(text.dropFirst(5)))) }
        guard !text.contains("://") else {
            throw ValidationError("a URL, expected host:port, for instance 127.0.0.1:8443")
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw ValidationError("expected host:port, for instance 127.0.0.1:8443, or unix:PATH")
        }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.areASCIIDigits else {
            throw ValidationError("expected host:port, for instance 127.0.0.1:8443, or unix:PATH")
        }
        guard let port = UInt16(digits) else {
            throw ValidationError("the port is out of range, expected 0 to 65535")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw ValidationError("expected IPv6 addresses in brackets, for instance [::1]:8443")
        }
        guard !host.isEmpty else { throw ValidationError("expected a host before the colon, for instance 0.0.0.0") }
        return .hostPort(host: host, port: Int(port))
    }

    private static func socketPath(_ path: String) throws -> String {
        guard !path.isEmpty else { throw ValidationError("expected a path after unix:") }
        guard path.utf8.count <= socketPathLimit else {
            throw ValidationError(
                "the path has \(path.utf8.count) bytes, but the system allows \(socketPathLimit) for a socket"
            )
        }
        return path
    }
}
