// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Options with their resolved trust. One validation uses the same snapshot throughout.
///
/// This is a class, because copying the options for each validation would retain every reference in them.
final class PolicySnapshot: Sendable {
    let engine: ValidationEngine
    let fingerprint: PolicyFingerprint

    init(options: CertificateAuthenticationOptions, trust: TrustStore?) throws(ConfigurationError) {
        engine = ValidationEngine(options: options, trust: trust)
        fingerprint = try PolicyFingerprint(options: options, anchors: trust)
    }
}

/// Keeps the snapshot of a policy, and replaces it when its trust source has been reloaded.
final class PolicyInForce: Sendable {
    private let options: CertificateAuthenticationOptions
    private let first: PolicySnapshot
    /// Nil if the trust cannot change.
    private let source: TrustSource?
    private let snapshot: Mutex<PolicySnapshot>

    init(options: CertificateAuthenticationOptions) throws(ConfigurationError) {
        self.options = options
        source = if case .reloadable(let source) = options.trust { source } else { nil }
        first = try PolicySnapshot(options: options, trust: Self.anchors(of: options.trust))
        snapshot = Mutex(first)
    }

    var current: PolicySnapshot {
        guard let source else { return first }
        let store = source.current
        return snapshot.withLock { snapshot in
            guard snapshot.engine.trust?.generation != store.generation else { return snapshot }
            do throws(ConfigurationError) {
                snapshot = try PolicySnapshot(options: options, trust: store)
            } catch {
                // Only hashing can fail here, and it succeeded at start-up. The last snapshot is kept.
            }
            return snapshot
        }
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
