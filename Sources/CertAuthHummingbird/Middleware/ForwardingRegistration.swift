// SPDX-License-Identifier: Apache-2.0
// The proxies that forwarding middlewares trust, so that none of them is treated as a client elsewhere.

#if Hummingbird
import CertAuth
import Synchronization

/// The proxies of one forwarding middleware, for the lifetime of the middleware.
///
/// A server does not see the middlewares of its router. Without this, a route without the forwarding middleware, or a
/// middleware before it, would validate the proxy's own certificate as the client's.
final class ForwardingRegistration: Sendable {
    private static let all = Mutex<[ObjectIdentifier: TrustedProxies]>([:])
    private static let count = Atomic(0)

    init(of proxies: TrustedProxies) {
        Self.all.withLock { $0[ObjectIdentifier(self)] = proxies }
        Self.count.add(1, ordering: .sequentiallyConsistent)
    }

    deinit {
        Self.count.subtract(1, ordering: .sequentiallyConsistent)
        Self.all.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(self)) }
    }

    /// Whether a connection belongs to a proxy of any forwarding middleware in this process.
    static func covers(_ peer: ConnectionPeer, presenting chain: PresentedChain?, memory: ProxyIdentityCache?) -> Bool {
        guard count.load(ordering: .sequentiallyConsistent) > 0 else { return false }
        let proxies = all.withLock { Array($0.values) }
        return proxies.contains { $0.covers(peer, presenting: chain, memory: memory) }
    }
}
#endif
