// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore
import NIOHTTP1

/// A complete HTTP response.
struct FetchedMessage: Sendable {
    let head: HTTPResponseHead
    let body: ByteBuffer

    /// The target of a redirect; nil if the status is no redirect, or the redirect does not preserve the method.
    func redirect(of method: RevocationFetchRequest.Method) -> String? {
        let keepsMethod = head.status == .temporaryRedirect || head.status == .permanentRedirect
        let isForGET = [.movedPermanently, .found, .seeOther].contains(head.status)
        guard keepsMethod || isForGET && method == .get else { return nil }
        return head.headers.first(name: "location")
    }

    /// The remaining freshness lifetime in seconds.
    var freshness: Int64? {
        CacheDirectives.freshness(
            cacheControl: head.headers["cache-control"],
            age: head.headers.first(name: "age")
        )
    }
}
