// SPDX-License-Identifier: Apache-2.0
// The fetcher on SwiftNIO.

public import CertAuth
public import NIOCore
import NIOHTTP1
public import NIOPosix

/// Fetches over plain HTTP/1.1: what is fetched is signed (RFC 5280 §4.2.1.13 advises against https for it, because its
/// certificate would have to be checked for revocation first).
///
/// A host is looked up once, its addresses are checked against the policy, and a checked one is connected to; a redirect
/// goes through the same. One connection serves one question. No proxy, no credentials, no cookies.
public final class NIORevocationFetcher: RevocationFetcher {
    /// The limits that hold.
    public let policy: RevocationFetchPolicy

    private let resolver: any HostResolver
    private let group: any EventLoopGroup
    private let slots: FetchSlots

    /// Makes a fetcher. It holds no connections between fetches and needs no shutdown.
    public init(
        policy: RevocationFetchPolicy = RevocationFetchPolicy(),
        resolver: any HostResolver = SystemHostResolver(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.policy = policy
        self.resolver = resolver
        group = eventLoopGroup
        slots = FetchSlots(count: policy.concurrentFetches)
    }

    /// Brings what is at `request.url`, no later than `request.deadline`.
    public func fetch(
        _ request: RevocationFetchRequest
    ) async throws(RevocationFetchError) -> RevocationFetchResponse {
        try check(request.url)
        guard await slots.acquire(before: request.deadline) else {
            throw Task.isCancelled ? .cancelled(url: "\(request.url)") : .timedOut(url: "\(request.url)")
        }
        defer { slots.release() }
        var hop = request
        for _ in 0...max(0, policy.redirects) {
            try check(hop.url)
            let exchange = FetchExchange(request: hop, policy: policy, resolver: resolver, loop: group.next())
            let message = try await exchange.message()
            if let response = try response(message, to: hop) { return response }
            guard let location = message.redirect(of: hop.method) else {
                throw .status(url: "\(hop.url)", code: Int(message.head.status.code))
            }
            hop.url = try hop.url.resolving(location)
        }
        throw .tooManyRedirects(url: "\(request.url)", limit: policy.redirects)
    }

    private func check(_ url: RevocationURL) throws(RevocationFetchError) {
        guard url.scheme == .http else { throw .unsupportedScheme("\(url)", scheme: url.scheme.rawValue) }
        try policy.check(url)
    }

    private func response(
        _ message: FetchedMessage,
        to request: RevocationFetchRequest
    ) throws(RevocationFetchError) -> RevocationFetchResponse? {
        let content: RevocationFetchResponse.Content
        switch message.head.status {
        case .ok: content = .body(Array(message.body.readableBytesView))
        case .notModified where request.entityTag != nil: content = .notModified
        default: return nil
        }
        return RevocationFetchResponse(
            content: content,
            url: request.url,
            entityTag: message.head.headers.first(name: "etag"),
            freshness: message.freshness
        )
    }
}
