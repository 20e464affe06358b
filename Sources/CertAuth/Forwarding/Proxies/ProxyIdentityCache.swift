// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Caches, for all requests of one connection, which proxy identities accept its chain.
///
/// Without it, the chain of an untrusted peer would be validated at each request, because refusals of unsigned chains
/// are never cached.
package final class ProxyIdentityCache: Sendable {
    private struct Entry: Sendable {
        let leaf: [UInt8]
        var record: VerdictRecord
        let isProxy: Bool
    }

    /// By the number of the source. Sources are not kept, so that no connection keeps the trust of former policies.
    private let entries = Mutex<[Int: Entry]>([:])

    /// Creates an empty cache.
    package init() {}

    /// The result of `validate` for the chain, or its cached result if the verdict is still valid.
    func isProxy(
        _ chain: PresentedChain,
        by source: VerdictSource,
        validate: (VerdictRecord) -> Bool
    ) -> Bool {
        let leaf = chain.derEncoded.first ?? []
        if let known = entries.withLock({ $0[source.number] }), known.leaf == leaf,
            case .holds(let record) = source.validity(of: known.record, digests: digests(of: chain))
        {
            if record.changes != known.record.changes { entries.withLock { $0[source.number]?.record = record } }
            return known.isProxy
        }
        let record = source.verdictByHeldEvidence(on: chain)
        let isProxy = validate(record)
        entries.withLock { entries in
            // Identities that a reload replaced are no longer used.
            if entries.count >= Self.capacity { entries = [:] }
            entries[source.number] = Entry(leaf: leaf, record: record, isProxy: isProxy)
        }
        return isProxy
    }

    /// The maximum number of identities that are cached at the same time.
    private static let capacity = 64

    private func digests(of chain: PresentedChain) -> [[UInt8]]? {
        let digests = chain.derEncoded.compactMap { try? Certificate.digest(of: $0).bytes }
        return digests.count == chain.derEncoded.count ? digests : nil
    }
}
