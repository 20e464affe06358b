// SPDX-License-Identifier: Apache-2.0
// What came back.

/// The answer to a fetch that succeeded.
public struct RevocationFetchResponse: Sendable, Hashable {
    /// The body, or word that it has not changed.
    public enum Content: Sendable, Hashable {
        /// 200 with a body.
        case body([UInt8])
        /// 304: what the request's entity tag names is still current.
        case notModified
    }

    /// The body, or word that it has not changed.
    package var content: Content
    /// Where it came from, after redirects.
    package var url: RevocationURL
    /// The entity tag, to be sent with the next question.
    package var entityTag: String?
    /// For how many seconds the server says it stays fresh; nil where it says nothing.
    package var freshness: Int64?

    /// Makes an answer.
    public init(
        content: Content,
        url: RevocationURL,
        entityTag: String? = nil,
        freshness: Int64? = nil
    ) {
        self.content = content
        self.url = url
        self.entityTag = entityTag
        self.freshness = freshness
    }
}
