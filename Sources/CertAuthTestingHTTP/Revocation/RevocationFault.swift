// SPDX-License-Identifier: Apache-2.0
// What can go wrong with a revocation service.

/// A fault to order from a ``RevocationService``.
public enum RevocationFault: Sendable, Hashable {
    /// Takes the request and never answers.
    case silent
    /// Sends the right answer, one byte every tenth of a second.
    case dripFeeding
    /// Sends bytes that are no DER, with the right content type.
    case wrongContent
    /// Signs with a key that has nothing to do with the authority.
    case wrongSigner
    /// Sends an answer whose time is over.
    case stale
    /// Sends without end.
    case huge
    /// Announces more bytes than anybody wants.
    case announcedHuge
    /// Sends header fields without end.
    case endlessHeaders
    /// Redirects to itself.
    case redirectLoop
    /// Redirects to an address.
    case redirect(to: String)
    /// Sends the right answer with this entity tag, and answers 304 to a request that repeats it.
    case entityTag(String)
    /// Answers with a status and no body.
    case status(Int)
    /// Sends an HTML page with status 200, as captive portals do.
    case html
    /// Announces the right answer and closes in the middle of it.
    case truncated
    /// Resets the connection when the request is there.
    case connectionReset
    /// Sends something that is no HTTP.
    case notHTTP
}
