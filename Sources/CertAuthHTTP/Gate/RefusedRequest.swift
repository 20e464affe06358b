// SPDX-License-Identifier: Apache-2.0

import CertAuth
public import HTTPTypes

/// A refused request of a client that prefers HTML, for an application that shows a page of its own.
public struct RefusedRequest: Sendable {
    /// Path and query, as the client sent them. Escape what you insert into a page.
    public let path: String
    /// The status of the refusal.
    public let status: HTTPResponse.Status
    /// A stable kebab-case word.
    public let code: String
    /// A sentence that reveals nothing that the client could not know.
    public let sentence: String
    /// What the person at the browser can do.
    public let advice: String
    /// Identifies the decision, as in the log; nil if there was no decision.
    public let identifier: String?
}

extension RefusedRequest {
    init(_ problem: ProblemDocument, of head: HTTPRequest) {
        path = head.path ?? "/"
        status = problem.status
        code = problem.code
        sentence = problem.detail
        advice = RefusalAdvice.text(for: problem.code)
        identifier = problem.identifier?.urn
    }
}
