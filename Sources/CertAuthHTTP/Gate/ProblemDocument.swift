// SPDX-License-Identifier: Apache-2.0
// A refusal as an RFC 9457 problem document.

package import CertAuth
package import HTTPTypes
import NIOHTTP1

/// A refusal that explains itself as far as is safe.
package struct ProblemDocument {
    let status: HTTPResponse.Status
    let code: String
    /// A sentence that tells the client nothing it could not know.
    let detail: String
    /// The operator's sentence; only where the listener is told to expose it.
    var message: String?
    /// Which presented certificate it is about; only where the listener is told to expose it.
    var certificateIndex: Int?
    /// Names the decision, as the log does.
    var identifier: DecisionIdentifier?

    /// The document as an answer that no cache keeps.
    ///
    /// - Source: RFC 9457 section 3; with type `about:blank` the title is the status's own phrase (section 4.2.1).
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
        // RFC 9110 §15.5.2 demands a challenge; the codes that are answered 401 are about access tokens (RFC 6750 §3).
        if status == .unauthorized { headerFields[.wwwAuthenticate] = #"Bearer error="invalid_token""# }
        return ListenerResponse(
            status: status,
            headerFields: headerFields,
            body: Array(document.compact.utf8)
        )
    }
}

extension ProblemDocument {
    /// A refusal of the protocol's own, before any route is asked.
    package static func protocolRefusal(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ detail: String,
        identifier: DecisionIdentifier? = nil
    ) -> ListenerResponse {
        ProblemDocument(status: status, code: code, detail: detail, identifier: identifier).response
    }
}
