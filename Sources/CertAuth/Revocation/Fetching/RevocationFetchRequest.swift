// SPDX-License-Identifier: Apache-2.0
// What is to be fetched, and how much of it at most.

/// One question to one address.
public struct RevocationFetchRequest: Sendable, Hashable {
    /// How it is asked.
    public enum Method: Sendable, Hashable {
        /// GET.
        case get
        /// POST with a body of a type.
        case post(body: [UInt8], contentType: String)
    }

    /// Where.
    public var url: RevocationURL
    /// How.
    public var method: Method
    /// The media type that is expected; sent as Accept.
    public var accept: String
    /// The most bytes of a body, after any transfer coding.
    public var maximumBytes: Int
    /// When the answer must be here, redirects and name look-up included; monotonic time.
    public var deadline: ContinuousClock.Instant
    /// The entity tag of what is at hand; an unchanged resource is then not sent again.
    public var entityTag: String?

    /// Makes a question.
    package init(
        url: RevocationURL,
        method: Method = .get,
        accept: String,
        maximumBytes: Int,
        deadline: ContinuousClock.Instant,
        entityTag: String? = nil
    ) {
        self.url = url
        self.method = method
        self.accept = accept
        self.maximumBytes = maximumBytes
        self.deadline = deadline
        self.entityTag = entityTag
    }
}
