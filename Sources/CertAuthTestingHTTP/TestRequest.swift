// SPDX-License-Identifier: Apache-2.0
// What the test client sends and what it gets.

public import HTTPTypes

/// A request of the test client.
public struct TestRequest: Sendable {
    /// The method.
    package var method: HTTPRequest.Method
    /// Path and query.
    package var path: String
    /// Further fields; Host and Content-Length are added where they are missing.
    package var headerFields: HTTPFields
    /// The body.
    package var body: [UInt8]

    /// A request; a GET unless something else is said.
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

    /// The request as HTTP/1.1 writes it.
    func encoded(host: String) -> [UInt8] {
        var lines = ["\(method.rawValue) \(path) HTTP/1.1"]
        if !headerFields.contains(where: { $0.name.canonicalName == "host" }) { lines.append("Host: \(host)") }
        for field in headerFields { lines.append("\(field.name.rawName): \(field.value)") }
        if !body.isEmpty, headerFields[.contentLength] == nil { lines.append("Content-Length: \(body.count)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}

/// An answer that the test client received whole.
public struct TestResponse: Sendable, Equatable {
    /// The status code.
    public let status: Int
    /// The header fields.
    public let headerFields: HTTPFields
    /// The body.
    public let body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The `code` of a problem document; nil when the answer is none.
    public var problemCode: String? {
        guard headerFields[.contentType] == "application/problem+json" else { return nil }
        let marker = "\"code\":\""
        guard let start = text.firstRange(of: marker)?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "\"" })
    }
}

/// What became of a request, for tests of what must not work.
public enum TestOutcome: Sendable, Equatable {
    /// An answer came.
    case response(TestResponse)
    /// The server ended the connection with this TLS alert, by its name in RFC 8446.
    case alert(String)
    /// The server closed the connection without an answer; whether it said goodbye by close_notify.
    case closed(cleanly: Bool)

    /// The answer's status, nil when there was none.
    public var status: Int? {
        if case .response(let response) = self { response.status } else { nil }
    }

    /// The code of the problem document that came, nil when none did.
    package var problemCode: String? {
        if case .response(let response) = self { response.problemCode } else { nil }
    }
}

/// Why the test client itself could not do what it was asked.
public enum TestClientError: Error, Equatable, Sendable {
    /// The system refused a call on the socket.
    case socket(call: String, reason: String)
    /// Nothing came in time.
    case timedOut
    /// The server ended the connection with this alert.
    case alert(String)
    /// The server closed the connection before its answer was complete.
    case closed(cleanly: Bool)
    /// TLS failed on the client's own side.
    case tls(String)
    /// What came is not HTTP/1.1.
    case malformedResponse(String)
}
