// SPDX-License-Identifier: Apache-2.0
// One HTTP response, whole.

import CertAuth
import NIOCore
import NIOHTTP1

/// A response with its body.
struct FetchedMessage: Sendable {
    let head: HTTPResponseHead
    let body: ByteBuffer

    /// Where a redirect leads; nil where the status is none, or the method does not survive it.
    func redirect(of method: RevocationFetchRequest.Method) -> String? {
        let keepsMethod = head.status == .temporaryRedirect || head.status == .permanentRedirect
        let isForGET = [.movedPermanently, .found, .seeOther].contains(head.status)
        guard keepsMethod || isForGET && method == .get else { return nil }
        return head.headers.first(name: "location")
    }

    /// What is left of its freshness, in seconds.
    var freshness: Int64? {
        CacheDirectives.freshness(
            cacheControl: head.headers["cache-control"],
            age: head.headers.first(name: "age")
        )
    }
}
