// SPDX-License-Identifier: Apache-2.0
// Requests, responses and outcomes of the test client.

public import HTTPTypes

/// A request of the test client.
public struct TestRequest: Sendable {
    /// The method.
    package var method: HTTPRequest.Method
    /// Path and query.
    package var path: String
    /// Further header fields; Host and Content-Length are added if missing.
    package var headerFields: HTTPFields
    /// The body.
    package var body: [UInt8]

    /// Creates a request.
    public init(
        _ path: String,
        method: HTTPRequest.Method = .get,
        headerFields: HTTPFields = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.headerFields = headerFields
        self.body = body
    }

    /// The request as HTTP/1.1 text.
    func encoded(host: String) -> [UInt8] {
        var lines = ["\(method.rawValue) \(path) HTTP/1.1"]
        if !headerFields.contains(where: { $0.name.canonicalName == "host" }) { lines.append("Host: \(host)") }
        for field in headerFields { lines.append("\(field.name.rawName): \(field.value)") }
        if !body.isEmpty, headerFields[.contentLength] == nil { lines.append("Content-Length: \(body.count)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}

/// A complete response that the test client received.
public struct TestResponse: Sendable, Equatable {
    /// The status code.
    public let status: Int
    /// The header fields.
    public let headerFields: HTTPFields
    /// The body.
    public let body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The `code` of a problem document; nil for other responses.
    public var problemCode: String? {
        guard headerFields[.contentType] == "application/problem+json" else { return nil }
        let marker = "\"code\":\""
        guard let start = text.firstRange(of: marker)?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "\"" })
    }
}

/// The outcome of a request, for tests of refusals.
public enum TestOutcome: Sendable, Equatable {
    /// The server responded.
    case response(TestResponse)
    /// The server ended the connection with this TLS alert, by its name in RFC 8446.
    case alert(String)
    /// The server closed the connection without a response; cleanly if it sent close_notify.
    case closed(cleanly: Bool)

    /// The status of the response; nil without a response.
    public var status: Int? {
        if case .response(let response) = self { response.status } else { nil }
    }

    /// The code of the problem document; nil without one.
    package var problemCode: String? {
        if case .response(let response) = self { response.problemCode } else { nil }
    }
}

/// Why the test client failed.
public enum TestClientError: Error, Equatable, Sendable {
    /// A system call on the socket failed.
    case socket(call: String, reason: String)
    /// The time limit passed.
    case timedOut
    /// The server ended the connection with this TLS alert.
    case alert(String)
    /// The server closed the connection before its response was complete; cleanly if it sent close_notify.
    case closed(cleanly: Bool)
    /// TLS failed on the client's side.
    case tls(String)
    /// The response is not HTTP/1.1.
    case malformedResponse(String)
}
