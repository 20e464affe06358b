// SPDX-License-Identifier: Apache-2.0

/// The response to a successful fetch.
public struct RevocationFetchResponse: Sendable, Hashable {
    /// The body, or the information that it has not changed.
    public enum Content: Sendable, Hashable {
        /// 200 with a body.
        case body([UInt8])
        /// 304: the copy that the request's entity tag names is still current.
        case notModified
    }

    /// The body, or the information that it has not changed.
    package var content: Content
    /// The URL of the response, after redirects.
    package var url: RevocationURL
    /// The entity tag, for the next request.
    package var entityTag: String?
    /// How long the response stays fresh according to the server; nil if it does not say.
    package var freshness: Duration?

    /// Creates a response.
    public init(
        content: Content,
        url: RevocationURL,
        entityTag: String? = nil,
        freshness: Duration? = nil
    ) {
        self.content = content
        self.url = url
        self.entityTag = entityTag
        self.freshness = freshness
    }
}
