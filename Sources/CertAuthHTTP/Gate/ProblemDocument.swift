// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import HTTPTypes
import NIOHTTP1

/// A refusal as an RFC 9457 problem document. It contains only what the client may know.
package struct ProblemDocument: Sendable {
    let status: HTTPResponse.Status
    let code: String
    /// A sentence that reveals nothing that the client could not know.
    let detail: String
    /// The operator's message. Only set if the listener is configured to expose it.
    var message: String?
    /// The index of the presented certificate concerned. Only set if the listener is configured to expose it.
    var certificateIndex: Int?
    /// Identifies the decision, as in the log.
    var identifier: DecisionIdentifier?

    /// The document as a response that no cache stores.
    ///
    /// `RefusalForm` turns it into a page for clients that prefer one.
    ///
    /// - Source: RFC 9457 section 3. With type `about:blank` the title is the status's own phrase (section 4.2.1).
    var response: ListenerResponse {
        let title = HTTPResponseStatus(statusCode: status.code).reasonPhrase
        var document: JSONValue = [
            "type": "about:blank", "title": .string(title), "status": .integer(status.code), "code": .string(code),
            "detail": .string(detail),
        ]
        if let identifier { document = document.appending(["instance": .string(identifier.urn)]) }
        if let message { document = document.appending(["message": .string(message)]) }
        if let certificateIndex { document = document.appending(["certificateIndex": .integer(certificateIndex)]) }
        var headerFields: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        // RFC 9110 §15.5.2 requires a challenge. The codes that are answered with 401 concern access tokens (RFC 6750
        // §3).
        if status == .unauthorized { headerFields[.wwwAuthenticate] = #"Bearer error="invalid_token""# }
        return ListenerResponse(stating: self, headerFields: headerFields, body: Array(document.compact.utf8))
    }
}

extension ProblemDocument {
    /// A refusal for a protocol reason, before any route is called.
    package static func protocolRefusal(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ detail: String,
        identifier: DecisionIdentifier? = nil
    ) -> ListenerResponse {
        ProblemDocument(status: status, code: code, detail: detail, identifier: identifier).response
    }
}
