// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
package import CertAuthHTTP

/// Parses `--listen`: `host:port`, `[::1]:port` or `unix:PATH`.
package enum ListenArgument {
    @Sendable package static func address(_ text: String) throws -> ListenerAddress {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty else { throw ValidationError("expected a path after unix:") }
            return .unixSocket(path: path)
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw ValidationError("expected host:port, for instance 127.0.0.1:8443, or unix:PATH")
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
}
