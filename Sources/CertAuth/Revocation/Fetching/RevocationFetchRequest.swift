// SPDX-License-Identifier: Apache-2.0

/// A request to one URL, with its limits.
public struct RevocationFetchRequest: Sendable, Hashable {
    /// The HTTP method.
    public enum Method: Sendable, Hashable {
        /// GET.
        case get
        /// POST with a body of the given media type.
        case post(body: [UInt8], contentType: String)
    }

    /// The URL to fetch.
    public var url: RevocationURL
    /// The HTTP method.
    public var method: Method
    /// The expected media type, sent as Accept.
    public var accept: String
    /// The maximum number of bytes of the body, after any transfer coding.
    public var maximumBytes: Int
    /// When the response must be complete, including redirects and name resolution. The clock is monotonic.
    public var deadline: ContinuousClock.Instant
    /// The entity tag of the current copy. An unchanged resource is then not sent again.
    public var entityTag: String?

    /// Creates a request.
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
