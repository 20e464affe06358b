// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import Logging
import Synchronization

/// The settings of policies that differ only in their names, and their OpenSSL context.
final class PolicyContext: Sendable {
    /// The complete configuration, with the overrides of the names applied.
    let configuration: TLSServerConfiguration
    /// One of the names, for messages.
    private let name: String
    private let pool: TLSContextPool
    private let isDedicated: Bool
    private let inForce: Mutex<InForce>

    private struct InForce {
        let openSSL: TLSContext
        /// What the context requests from clients; nil in mode `none`, which requests nothing.
        let authorities: RequestedAuthorities?
        /// The generation of the trust store whose names the context sends.
        var trust: UInt64?
    }

    /// Held while a context is made, so that no older generation follows a newer one.
    private let renewal = Mutex(())
    private let reloads = Mutex<ChangeNotice<Void>.Subscription?>(nil)

    /// - Parameters:
    ///   - pool: where the contexts of a server share what they have in common.
    ///   - isDedicated: whether connections of these policies set nothing themselves.
    init(
        name: String,
        configuration: TLSServerConfiguration,
        pool: TLSContextPool,
        isDedicated: Bool = false
    ) throws(TLSConfigurationError) {
        self.name = name
        self.configuration = configuration
        self.pool = pool
        self.isDedicated = isDedicated
        let generation = configuration.trustGeneration
        inForce = Mutex(try Self.made(for: name, configuration, pool, isDedicated, generation))
        guard let source = configuration.namedTrust else { return }
        let subscription = source.renewals.subscribe { [weak self] in self?.renew() }
        reloads.withLock { $0 = subscription }
        // The source may have been reloaded before the subscription.
        renew()
    }

    private static func made(
        for name: String,
        _ configuration: TLSServerConfiguration,
        _ pool: TLSContextPool,
        _ isDedicated: Bool,
        _ generation: UInt64?
    ) throws(TLSConfigurationError) -> InForce {
        let names = try configuration.authorityNames(for: name)
        return InForce(
            openSSL: try configuration.openSSLContext(for: name, naming: names, in: pool, isDedicated: isDedicated),
            authorities: configuration.mode == .none ? nil : RequestedAuthorities(names.names),
            trust: generation
        )
    }

    /// The authorities that the OpenSSL context for new connections names.
    var requestedAuthorities: RequestedAuthorities? { inForce.withLock { $0.authorities } }

    /// The OpenSSL context for a new connection.
    var openSSL: TLSContext { inForce.withLock { $0.openSSL } }

    /// Makes the OpenSSL context again after a reload of the trust source, so that CertificateRequest names the new
    /// anchors. If that fails, for instance because there are too many names, the former context stays in use.
    ///
    /// It runs on the thread that reloads, because the work grows with the number of names. Connections do not wait for
    /// it, and use the former context until its end.
    private func renew() {
        // The former context is returned, so that it is freed without the locks.
        let former = renewal.withLock { _ -> TLSContext? in
            let generation = configuration.trustGeneration
            guard inForce.withLock({ $0.trust }) != generation else { return nil }
            do throws(TLSConfigurationError) {
                let fresh = try Self.made(for: name, configuration, pool, isDedicated, generation)
                return inForce.withLock { inForce in
                    defer { inForce = fresh }
                    return inForce.openSSL
                }
            } catch {
                inForce.withLock { $0.trust = generation }
                configuration.logger.warning(
                    "policy \(name): CertificateRequest keeps naming the former trust anchors: \(error)",
                    metadata: LogMetadata(.finding, "authority-names-kept").values
                )
                return nil
            }
        }
        withExtendedLifetime(former) {}
    }
}
