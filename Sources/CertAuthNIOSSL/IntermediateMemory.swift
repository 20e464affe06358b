// SPDX-License-Identifier: Apache-2.0
// The issuers of clients that were accepted, for their resumed sessions.

#if NIOSSL
internal import CertAuth
internal import CertAuthOpenSSL
internal import Synchronization

/// Remembers by which intermediates a client's certificate led to an anchor.
///
/// Only what stood on a path that the engine accepted goes in: whoever sends another's certificate with rubbish behind
/// it, for which no key is needed, changes nothing here. What comes out is no more than a proposal to the engine.
final class IntermediateMemory: Sendable {
    /// Longer paths are not remembered; real ones have 2 to 6 KiB.
    static let pathLimit = 16 * 1024

    private let paths: Mutex<LeastRecentlyUsed<[UInt8], [[UInt8]]>>

    /// - Parameter capacity: how many clients are remembered, at least 1; who was not seen for longest is forgotten.
    init(capacity: Int) { paths = Mutex(LeastRecentlyUsed(capacity: capacity)) }

    /// Remembers the certificates between the client's own and the anchor, in place of what was known before.
    func remember(_ path: ValidatedChain) {
        let issuers = path.certificates.dropFirst().dropLast().map(\.derEncoded)
        guard issuers.reduce(0, { $0 + $1.count }) <= Self.pathLimit else { return }
        guard let key = try? DigestAlgorithm.sha256.digest(path.leaf.derEncoded) else { return }
        paths.withLock { paths in
            if issuers.isEmpty { paths.remove(key) } else { paths.insert(issuers, for: key) }
        }
    }

    /// The chain of a client that presents nothing but `leaf` any more.
    func chain(of leaf: [UInt8]) -> [[UInt8]] {
        guard let key = try? DigestAlgorithm.sha256.digest(leaf) else { return [leaf] }
        return [leaf] + (paths.withLock { $0.value(for: key) } ?? [])
    }

    /// How many clients are remembered.
    var count: Int { paths.withLock { $0.count } }
}
#endif
