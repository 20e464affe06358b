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

    /// The authorities that the last connection's context names.
    var requestedAuthorities: RequestedAuthorities? { inForce.withLock { $0.authorities } }

    /// The OpenSSL context for a new connection.
    ///
    /// After a reload of the trust source, it is made again, so that CertificateRequest names the new anchors. If that
    /// fails, for instance because there are too many names, the former context stays in use.
    var openSSL: TLSContext {
        inForce.withLock { inForce in
            // Read under the lock, so that no older generation follows a newer one.
            let generation = configuration.trustGeneration
            guard inForce.trust != generation else { return inForce.openSSL }
            inForce.trust = generation
            do throws(TLSConfigurationError) {
                inForce = try Self.made(for: name, configuration, pool, isDedicated, generation)
            } catch {
                configuration.logger.warning(
                    "policy \(name): CertificateRequest keeps naming the former trust anchors: \(error)",
                    metadata: LogMetadata(.finding, "authority-names-kept").values
                )
            }
            return inForce.openSSL
        }
    }
}
