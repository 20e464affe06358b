// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// A handler's response. The listener adds the fields that the protocol needs (`Content-Length`, `Connection`).
public struct ListenerResponse: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headerFields: HTTPFields
    /// The complete body. It is not sent in response to HEAD or with statuses that have no body.
    public var body: [UInt8] { didSet { refusal = nil } }
    /// The refusal that the body states; nil for a body of the application.
    private(set) var refusal: StatedRefusal?
    /// The refusal that a handler's call has made; nil if there is none, or if it is logged and counted already.
    var unreported: Refusal? { refusal?.unreported }

    /// Creates a response.
    public init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    /// Creates the response that states `problem` in `body`.
    init(stating problem: ProblemDocument, headerFields: HTTPFields, body: [UInt8]) {
        self.init(status: problem.status, headerFields: headerFields, body: body)
        refusal = StatedRefusal(problem)
    }

    /// Creates the response to a refusal that the gate still has to log and count.
    init(unreported failure: Refusal) {
        let problem = failure.problem(exposingDetails: false)
        let response = problem.response
        self.init(status: problem.status, headerFields: response.headerFields, body: response.body)
        refusal = StatedRefusal(problem, unreported: failure)
    }

    /// Creates a response of UTF-8 text.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ListenerResponse {
        ListenerResponse(
            status: status,
            headerFields: [.contentType: "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    /// Creates a response from encoded JSON.
    public static func json(_ json: String, status: HTTPResponse.Status = .ok) -> ListenerResponse {
        ListenerResponse(status: status, headerFields: [.contentType: "application/json"], body: Array(json.utf8))
    }
}

/// Holds a problem by reference, because few responses have one.
final class StatedRefusal: Sendable {
    let problem: ProblemDocument
    let unreported: Refusal?

    init(_ problem: ProblemDocument, unreported: Refusal? = nil) {
        self.problem = problem
        self.unreported = unreported
    }
}
