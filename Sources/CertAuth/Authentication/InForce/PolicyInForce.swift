// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Keeps the snapshot of a policy, and replaces it when its trust source has been reloaded.
final class PolicyInForce: Sendable {
    private let options: CertificateAuthenticationOptions
    private let release: @Sendable (FormerSnapshot) -> Void
    /// Nil if the trust can change.
    private let fixed: PolicySnapshot?
    /// Nil if the trust cannot change.
    private let source: TrustSource?
    private let snapshot: Mutex<PolicySnapshot>

    /// - Parameter release: releases a snapshot that was replaced. It is called without a lock.
    init(
        options: CertificateAuthenticationOptions,
        release: @escaping @Sendable (FormerSnapshot) -> Void = { $0.release() }
    ) throws(ConfigurationError) {
        self.options = options
        self.release = release
        let first = try PolicySnapshot(options: options, trust: Self.anchors(of: options.trust))
        source = if case .reloadable(let source) = options.trust { source } else { nil }
        fixed = source == nil ? first : nil
        snapshot = Mutex(first)
    }

    var current: PolicySnapshot {
        guard fixed == nil, let source else { return fixed ?? snapshot.withLock { $0 } }
        let (current, former) = snapshot.withLock { snapshot -> (PolicySnapshot, FormerSnapshot?) in
            // Read under the lock, so that a thread with an earlier store does not replace a later one.
            let store = source.current
            guard snapshot.engine.trust?.generation != store.generation else { return (snapshot, nil) }
            do throws(ConfigurationError) {
                let fresh = try PolicySnapshot(options: options, trust: store)
                defer { snapshot = fresh }
                return (fresh, FormerSnapshot(snapshot))
            } catch {
                // Only hashing can fail here, and it succeeded at start-up. The last snapshot is kept.
                return (snapshot, nil)
            }
        }
        if let former { release(former) }
        return current
    }

    private static func anchors(of policy: TrustPolicy) throws(ConfigurationError) -> TrustStore? {
        switch policy {
        case .custom(let store): return store
        case .reloadable(let source): return source.current
        case .noAnchors: return nil
        case .system:
            do throws(TrustStoreError) {
                return try TrustStore.system()
            } catch {
                throw .trust(error)
            }
        }
    }
}
