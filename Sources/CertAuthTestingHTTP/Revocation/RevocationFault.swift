// SPDX-License-Identifier: Apache-2.0

/// A fault that a ``RevocationService`` can produce.
public enum RevocationFault: Sendable, Hashable {
    /// Accepts the request and never responds.
    case silent
    /// Sends the correct response, one byte every tenth of a second.
    case dripFeeding
    /// Sends bytes that are not DER, with the correct content type.
    case wrongContent
    /// Signs with a key that does not belong to the authority.
    case wrongSigner
    /// Sends an outdated response.
    case stale
    /// Sends an endless body.
    case huge
    /// Announces a body of one tebibyte.
    case announcedHuge
    /// Sends endless header fields.
    case endlessHeaders
    /// Redirects to itself.
    case redirectLoop
    /// Redirects to this address.
    case redirect(to: String)
    /// Sends the correct response with this entity tag, and responds 304 to a request that repeats it.
    case entityTag(String)
    /// Responds with this status and no body.
    case status(Int)
    /// Sends an HTML page with status 200, as captive portals do.
    case html
    /// Announces the correct response and closes in the middle of it.
    case truncated
    /// Resets the connection after it has received the request.
    case connectionReset
    /// Sends something that is not HTTP.
    case notHTTP
}
