// SPDX-License-Identifier: Apache-2.0
// One answer as a handler closure gives it.

public import HTTPTypes

/// One answer; the listener adds what the protocol needs (`Content-Length`, `Connection`).
public struct ListenerResponse: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headerFields: HTTPFields
    /// The whole body; not sent in answer to HEAD and with statuses that have none.
    public var body: [UInt8]

    /// An answer of any kind.
    public init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    /// An answer of text in UTF-8.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ListenerResponse {
        ListenerResponse(
            status: status,
            headerFields: [.contentType: "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    /// An answer of JSON that has been encoded already.
    public static func json(_ json: String, status: HTTPResponse.Status = .ok) -> ListenerResponse {
        ListenerResponse(status: status, headerFields: [.contentType: "application/json"], body: Array(json.utf8))
    }
}
