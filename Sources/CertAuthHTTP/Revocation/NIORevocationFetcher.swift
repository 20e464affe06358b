// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import NIOCore
import NIOHTTP1
public import NIOPosix

/// Fetches revocation evidence with SwiftNIO over plain HTTP/1.1.
///
/// The evidence is signed, so it needs no TLS. RFC 5280 section 4.2.1.13 advises against https, because the server's
/// certificate would have to be checked for revocation first.
///
/// Each host is looked up once, its addresses are checked against the policy, and only a checked address is connected
/// to; redirects get the same checks. Each connection serves one request. No proxy, credentials or cookies are used.
public final class NIORevocationFetcher: RevocationFetcher {
    /// The limits in force.
    public let policy: RevocationFetchPolicy

    private let resolver: any HostResolver
    private let group: any EventLoopGroup
    private let slots: FetchSlots

    /// Creates a fetcher. It keeps no connections between fetches and needs no shutdown.
    public convenience init(
        policy: RevocationFetchPolicy = RevocationFetchPolicy(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.init(policy: policy, resolver: SystemHostResolver(), eventLoopGroup: eventLoopGroup)
    }

    /// Creates a fetcher that looks up hosts with `resolver`.
    package init(
        policy: RevocationFetchPolicy = RevocationFetchPolicy(),
        resolver: any HostResolver,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.policy = policy
        self.resolver = resolver
        group = eventLoopGroup
        slots = FetchSlots(count: policy.concurrentFetches)
    }

    /// Fetches `request.url`, no later than `request.deadline`.
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
            freshness: message.freshness.map { .seconds($0) }
        )
    }
}
