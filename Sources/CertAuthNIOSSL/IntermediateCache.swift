// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
internal import CertAuth
internal import CertAuthOpenSSL
internal import Synchronization

/// Remembers the intermediates between a client's certificate and its trust anchor, for resumed sessions.
///
/// Only paths that the engine accepted are stored. NIOSSL calls back before the client has proven its key, and anyone
/// can send a certificate without its key. So issuers from such a handshake go to a separate table of proposals, and
/// never displace those of a client that has proven its key. The engine validates whatever is returned, from either
/// table.
final class IntermediateCache: Sendable {
    /// The maximum size of a path in bytes. Longer paths are not remembered; common ones have 2 to 6 KiB.
    static let pathLimit = 16 * 1024

    private struct State: Sendable {
        var proven: LeastRecentlyUsed<[UInt8], [[UInt8]]>
        var proposed: LeastRecentlyUsed<[UInt8], [[UInt8]]>
    }

    private let state: Mutex<State>

    /// - Parameter capacity: the maximum number of remembered clients, and of proposals, at least 1. The least recently
    ///   used entry is evicted first.
    init(capacity: Int) {
        state = Mutex(
            State(proven: LeastRecentlyUsed(capacity: capacity), proposed: LeastRecentlyUsed(capacity: capacity))
        )
    }

    /// Stores the issuers of a path whose client has not proven its key, until `confirm` or `remember`.
    func propose(_ path: ValidatedChain) {
        guard let (key, issuers) = Self.entry(of: path.certificates.map(\.derEncoded)) else { return }
        state.withLock { state in
            if issuers.isEmpty { state.proposed.remove(key) } else { state.proposed.insert(issuers, for: key) }
        }
    }

    /// Moves the proposal of a client that has proven its key to the remembered ones.
    func confirm(_ leaf: [UInt8]) {
        guard let key = try? DigestAlgorithm.sha256.digest(leaf) else { return }
        state.withLock { state in
            guard let issuers = state.proposed.value(for: key) else { return }
            state.proposed.remove(key)
            state.proven.insert(issuers, for: key)
        }
    }

    /// Remembers the certificates between the leaf and the trust anchor, and replaces earlier ones. Call it once the
    /// client has proven its key.
    ///
    /// - Parameter path: DER, from the client's certificate to the trust anchor.
    func remember(_ path: [[UInt8]]) {
        guard let (key, issuers) = Self.entry(of: path) else { return }
        state.withLock { state in
            state.proposed.remove(key)
            if issuers.isEmpty { state.proven.remove(key) } else { state.proven.insert(issuers, for: key) }
        }
    }

    /// Returns the chain of a client for which only `leaf` is known.
    func chain(of leaf: [UInt8]) -> [[UInt8]] {
        guard let key = try? DigestAlgorithm.sha256.digest(leaf) else { return [leaf] }
        let issuers = state.withLock { $0.proven.value(for: key) ?? $0.proposed.value(for: key) }
        return [leaf] + (issuers ?? [])
    }

    /// The number of remembered clients.
    var count: Int { state.withLock { $0.proven.count } }

    private static func entry(of path: [[UInt8]]) -> (key: [UInt8], issuers: [[UInt8]])? {
        let issuers = Array(path.dropFirst().dropLast())
        guard let leaf = path.first, issuers.reduce(0, { $0 + $1.count }) <= pathLimit,
            let key = try? DigestAlgorithm.sha256.digest(leaf)
        else { return nil }
        return (key, issuers)
    }
}
#endif
