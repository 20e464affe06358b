// SPDX-License-Identifier: Apache-2.0
// The issuers of clients that were accepted, for their resumed sessions.

#if NIOSSL
internal import CertAuth
internal import CertAuthOpenSSL
internal import Synchronization

/// Remembers by which intermediates a client's certificate led to an anchor.
///
/// Only what was on a path that the engine accepted is taken. NIOSSL asks before the client has proven its key, and a
/// certificate needs no key to be sent: what comes from such a handshake is a proposal, in a table of its own, and never
/// displaces the issuers of a client that has proven its key. What is returned is a proposal to the engine in either case.
final class IntermediateMemory: Sendable {
    /// Longer paths are not remembered; real ones have 2 to 6 KiB.
    static let pathLimit = 16 * 1024

    private struct State: Sendable {
        var proven: LeastRecentlyUsed<[UInt8], [[UInt8]]>
        var proposed: LeastRecentlyUsed<[UInt8], [[UInt8]]>
    }

    private let state: Mutex<State>

    /// - Parameter capacity: the number of clients that are remembered, and of proposals, at least 1; the least recently
    ///   used one is dropped first.
    init(capacity: Int) {
        state = Mutex(
            State(proven: LeastRecentlyUsed(capacity: capacity), proposed: LeastRecentlyUsed(capacity: capacity))
        )
    }

    /// Keeps the issuers of a path whose client has not proven its key, until `confirm` or `remember`.
    func propose(_ path: ValidatedChain) {
        guard let (key, issuers) = Self.entry(of: path.certificates.map(\.derEncoded)) else { return }
        state.withLock { state in
            if issuers.isEmpty { state.proposed.remove(key) } else { state.proposed.insert(issuers, for: key) }
        }
    }

    /// The client with this certificate has proven its key: its proposal is remembered.
    func confirm(_ leaf: [UInt8]) {
        guard let key = try? DigestAlgorithm.sha256.digest(leaf) else { return }
        state.withLock { state in
            guard let issuers = state.proposed.value(for: key) else { return }
            state.proposed.remove(key)
            state.proven.insert(issuers, for: key)
        }
    }

    /// Remembers the certificates between the client's own and the anchor, in place of what was known before; to be
    /// called once the client has proven its key.
    ///
    /// - Parameter path: DER, from the client's certificate to the anchor.
    func remember(_ path: [[UInt8]]) {
        guard let (key, issuers) = Self.entry(of: path) else { return }
        state.withLock { state in
            state.proposed.remove(key)
            if issuers.isEmpty { state.proven.remove(key) } else { state.proven.insert(issuers, for: key) }
        }
    }

    /// The chain of a client that presents nothing but `leaf` any more.
    func chain(of leaf: [UInt8]) -> [[UInt8]] {
        guard let key = try? DigestAlgorithm.sha256.digest(leaf) else { return [leaf] }
        let issuers = state.withLock { $0.proven.value(for: key) ?? $0.proposed.value(for: key) }
        return [leaf] + (issuers ?? [])
    }

    /// The number of clients that are remembered.
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
