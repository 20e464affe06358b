// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

/// The form in which clients receive refusals: a problem document, or a page for those that prefer HTML.
package struct RefusalForm: Sendable {
    /// The application's page, of which the body and the media type count. Nil, or a nil response, means the page of
    /// CertAuth.
    var page: (@Sendable (RefusedRequest) -> ListenerResponse?)?

    /// Creates a form.
    package init(page: (@Sendable (RefusedRequest) -> ListenerResponse?)? = nil) { self.page = page }

    /// `response` in the form that the sender of `head` prefers. Responses that are not refusals stay as they are.
    package func applied(to response: ListenerResponse, for head: HTTPRequest) -> ListenerResponse {
        guard let problem = response.refusal?.problem else { return response }
        guard let accepted = head.headerFields[.accept], AcceptedMediaTypes(accepted).preferHTML else {
            return response.varyingByAccept
        }
        let request = RefusedRequest(problem, of: head)
        if let own = page?(request) {
            // Status, Cache-Control, Vary and WWW-Authenticate stay those of the refusal.
            var refused = response
            for name in [.contentType, .contentSecurityPolicy, .contentLanguage] as [HTTPField.Name] {
                refused.headerFields[name] = own.headerFields[name]
            }
            refused.body = own.body
            return refused.varyingByAccept
        }
        return RefusalPage(problem: problem, request: request).response(replacing: response).varyingByAccept
    }
}

extension ListenerResponse {
    /// The response with `Vary: Accept` (RFC 9110 section 12.5.5).
    fileprivate var varyingByAccept: ListenerResponse {
        var response = self
        response.headerFields[.vary] = response.headerFields[.vary].map { "\($0), Accept" } ?? "Accept"
        return response
    }
}
