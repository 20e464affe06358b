// SPDX-License-Identifier: Apache-2.0
// Whether the client of one connection is a known proxy, for all of its requests.

internal import Synchronization

/// Remembers, for one connection, which proxy identities accepted or refused its chain.
///
/// Without it, each request of a stranger would have its chain validated again: refusals of unsigned chains are never
/// cached.
package final class ProxyMemory: Sendable {
    private struct Entry: Sendable {
        let leaf: [UInt8]
        var record: VerdictRecord
        let isProxy: Bool
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    /// Makes an empty memory.
    package init() {}

    /// What `judge` returns for the chain, or what it returned before if its verdict is still valid.
    func isProxy(
        _ chain: PresentedChain,
        by source: VerdictSource,
        judge: (VerdictRecord) -> Bool
    ) -> Bool {
        let leaf = chain.derEncoded.first ?? []
        let identifier = ObjectIdentifier(source)
        if let known = entries.withLock({ $0[identifier] }), known.leaf == leaf,
            case .holds(let record) = source.standing(of: known.record, digests: digests(of: chain))
        {
            if record.changes != known.record.changes { entries.withLock { $0[identifier]?.record = record } }
            return known.isProxy
        }
        let record = source.verdictByHeldEvidence(on: chain)
        let isProxy = judge(record)
        entries.withLock { entries in
            // Identities that a reload replaced are no longer asked.
            if entries.count >= Self.capacity { entries = [:] }
            entries[identifier] = Entry(leaf: leaf, record: record, isProxy: isProxy)
        }
        return isProxy
    }

    /// The most identities of one process that are remembered at once.
    private static let capacity = 64

    private func digests(of chain: PresentedChain) -> [[UInt8]]? {
        let digests = chain.derEncoded.compactMap { try? Certificate.digest(of: $0).bytes }
        return digests.count == chain.derEncoded.count ? digests : nil
    }
}
