// SPDX-License-Identifier: Apache-2.0
// Conversion between SwiftNIO's HTTP/1 heads and HTTPTypes.

import HTTPTypes
import NIOHTTP1

extension HTTPRequest {
    /// Reads a request head.
    ///
    /// - Throws: `.methodNotServed` for CONNECT; `.malformed` for a missing or repeated Host field in HTTP/1.1, an
    ///   invalid host, an invalid field name or method, and an absolute target that differs from Host or from the
    ///   connection's scheme.
    /// - Source: RFC 9112 sections 3.2 and 3.2.2; RFC 9110 sections 7.4 and 9.3.6.
    init(_ head: HTTPRequestHead, isSecure: Bool) throws(RequestDefect) {
        guard head.method != .CONNECT else { throw .methodNotServed }
        guard let method = HTTPRequest.Method(head.method.rawValue) else { throw .malformed(.method) }
        let scheme = isSecure ? "https" : "http"
        let hosts = head.headers["host"]
        guard hosts.count == 1 || (hosts.isEmpty && !head.version.isAtLeast11),
            hosts.allSatisfy({ RequestAuthority.isValid($0) })
        else { throw .malformed(.host) }
        guard let target = RequestTarget(head.uri, scheme: scheme, isOptions: head.method == .OPTIONS) else {
            throw .malformed(.target)
        }
        if let authority = target.authority, let host = hosts.first,
            !RequestAuthority.areEqual(authority, host, scheme: scheme)
        {
            throw .malformed(.hosts)
        }
        self.init(method: method, scheme: scheme, authority: target.authority ?? hosts.first, path: target.path)
        for (name, value) in head.headers where name.utf8.count != 4 || name.lowercased() != "host" {
            guard let name = HTTPField.Name(name) else { throw .malformed(.fieldName) }
            headerFields.append(HTTPField(name: name, value: value))
        }
    }
}

extension ListenerResponse {
    /// True for statuses that never have a body (RFC 9110 section 6.4.1).
    var isBodiless: Bool { status.code < 200 || status.code == 204 || status.code == 304 }

    /// The bytes to send in the response to `method`.
    func sentBody(answering method: HTTPRequest.Method?) -> [UInt8] {
        isBodiless || method == .head ? [] : body
    }

    /// The head to send. Only the listener determines the length and connection fields.
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
    /// Whether keep-alive, Host and interim responses work as in HTTP/1.1.
    var isAtLeast11: Bool { major > 1 || (major == 1 && minor >= 1) }
}

extension HTTPParserError {
    /// Why bytes that could not be parsed are refused.
    var defect: RequestDefect { self == .headerOverflow ? .headerTooLarge : .malformed(.unreadable(self)) }
}
