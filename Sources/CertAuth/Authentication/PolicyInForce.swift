// SPDX-License-Identifier: Apache-2.0
// The policy with the trust it has right now.

internal import Synchronization

/// Options with their trust resolved: what one validation uses from beginning to end.
///
/// A class, because each validation takes it up, and copying the options would count up every reference in them.
final class PolicySnapshot: Sendable {
    let engine: ValidationEngine
    let fingerprint: PolicyFingerprint

    init(options: CertificateAuthenticationOptions, trust: TrustStore?) throws(ConfigurationError) {
        engine = ValidationEngine(options: options, trust: trust)
        fingerprint = try PolicyFingerprint(options: options, anchors: trust)
    }
}

/// Keeps the snapshot of a policy, and makes a new one when its trust source has been reloaded.
final class PolicyInForce: Sendable {
    private let options: CertificateAuthenticationOptions
    private let first: PolicySnapshot
    /// Nil for trust that stays as it is.
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
                // Only hashing can fail here, and it succeeded at start-up: the last snapshot stays.
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
