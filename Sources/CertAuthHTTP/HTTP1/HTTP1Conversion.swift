// SPDX-License-Identifier: Apache-2.0
// Between SwiftNIO's HTTP/1 heads and HTTPTypes.

import HTTPTypes
import NIOHTTP1

extension HTTPRequest {
    /// Reads a request head.
    ///
    /// - Returns: nil when the head cannot be a request: no or several Host fields on HTTP/1.1, an unusable field
    ///   name or method, an absolute target that disagrees with Host.
    /// - Source: RFC 9112 sections 3.2 and 3.2.2.
    init?(_ head: HTTPRequestHead, isSecure: Bool) {
        guard let method = HTTPRequest.Method(head.method.rawValue) else { return nil }
        let hosts = head.headers["host"]
        guard hosts.count == 1 || (hosts.isEmpty && !head.version.isAtLeast11) else { return nil }
        guard let target = RequestTarget(head.uri) else { return nil }
        if let authority = target.authority, let host = hosts.first, authority.lowercased() != host.lowercased() {
            return nil
        }
        self.init(
            method: method,
            scheme: isSecure ? "https" : "http",
            authority: target.authority ?? hosts.first,
            path: target.path
        )
        for (name, value) in head.headers where name.lowercased() != "host" {
            guard let name = HTTPField.Name(name) else { return nil }
            headerFields.append(HTTPField(name: name, value: value))
        }
    }
}

/// The target of a request line in origin, absolute or asterisk form.
private struct RequestTarget {
    let authority: String?
    let path: String

    init?(_ text: String) {
        if text.hasPrefix("/") || text == "*" {
            authority = nil
            path = text
            return
        }
        let lowercased = text.prefix(8).lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lowercased.hasPrefix($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard !rest[..<end].isEmpty, !rest[..<end].contains("@") else { return nil }
        authority = String(rest[..<end])
        path = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
    }
}

extension ListenerResponse {
    /// Statuses that never carry a body (RFC 9110 section 6.4.1).
    var isBodiless: Bool { status.code < 200 || status.code == 204 || status.code == 304 }

    /// The bytes to send in answer to `method`.
    func sentBody(answering method: HTTPRequest.Method?) -> [UInt8] {
        isBodiless || method == .head ? [] : body
    }

    /// The head to send; the listener alone decides about length and connection.
    func head(version: HTTPVersion, keepsAlive: Bool) -> HTTPResponseHead {
        var headers = HTTPHeaders()
        for field in headerFields { headers.add(name: field.name.rawName, value: field.value) }
        headers.remove(name: "transfer-encoding")
        headers.remove(name: "content-length")
        headers.remove(name: "connection")
        if !isBodiless { headers.add(name: "Content-Length", value: "\(body.count)") }
        if !keepsAlive {
            headers.add(name: "Connection", value: "close")
        } else if !version.isAtLeast11 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let status = HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase)
        return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    }
}

extension HTTPVersion {
    /// Whether keep-alive, Host and interim answers are as in HTTP/1.1.
    var isAtLeast11: Bool { major > 1 || (major == 1 && minor >= 1) }
}
