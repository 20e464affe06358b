// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import Logging
import Synchronization

/// The policy in force for one name, or the default policy, with its OpenSSL context.
final class ServerPolicy: Sendable {
    /// The name as configured; `default` for the default policy.
    let name: String
    let mode: ClientCertificateMode
    let validation: ClientCertificateValidation
    let authenticator: CertificateAuthenticator?
    let minimumVersion: TLSProtocolVersion
    let issuesTickets: Bool
    let issuesEarlyTickets: Bool
    let keepsSessions: Bool
    private let configuration: TLSServerConfiguration
    /// The OpenSSL context, and the trust store whose names it sends.
    private let context: Mutex<(openSSL: TLSContext, trust: UInt64?)>

    /// - Parameter configuration: the complete configuration, with the overrides of the name applied.
    init(name: String, configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        self.name = name
        mode = configuration.mode
        validation = configuration.validation
        authenticator = configuration.authenticator
        minimumVersion = configuration.minimumVersion
        issuesTickets = configuration.issuesTickets
        issuesEarlyTickets = configuration.issuesEarlyTickets
        keepsSessions = configuration.keepsSessions
        self.configuration = configuration
        let generation = configuration.trustGeneration
        context = Mutex((try configuration.openSSLContext(for: name), generation))
    }

    /// The OpenSSL context for a new connection.
    ///
    /// After a reload of the trust source, it is made again, so that CertificateRequest names the new anchors. If that
    /// fails, for instance because there are too many names, the former context stays in use.
    var openSSL: TLSContext {
        context.withLock { context in
            // Read under the lock, so that no older generation follows a newer one.
            let generation = configuration.trustGeneration
            guard context.trust != generation else { return context.openSSL }
            context.trust = generation
            do throws(TLSConfigurationError) {
                context.openSSL = try configuration.openSSLContext(for: name)
            } catch {
                configuration.logger.warning(
                    "policy \(name): CertificateRequest keeps naming the former trust anchors: \(error)",
                    metadata: LogMetadata(.finding, "authority-names-kept").values
                )
            }
            return context.openSSL
        }
    }

    /// Whether this policy treats clients as `other` does, so that a request may name the host of either.
    ///
    /// Authenticators are compared by identity: equal options with other hooks or other CRLs may admit other clients.
    ///
    /// - Parameter takesForwarded: whether forwarded certificates are validated, in any mode.
    func treatsClientsLike(_ other: ServerPolicy, takesForwarded: Bool) -> Bool {
        if self === other { return true }
        guard mode == other.mode, validation == other.validation, minimumVersion == other.minimumVersion else {
            return false
        }
        return (mode == .none && !takesForwarded) || authenticator === other.authenticator
    }

    /// Whether this policy could have accepted a connection that `other` accepted, apart from the client's certificate.
    func couldHaveOpened(_ facts: ConnectionFacts, under other: ServerPolicy) -> Bool {
        mode == other.mode && validation == other.validation
            && (minimumVersion == .tls12 || facts.tlsVersion == .tls13)
    }

    /// The first field in which this policy may admit a client that `other` would refuse; nil if there is none.
    ///
    /// Different authenticators cannot be compared and count as looser.
    func looserField(than other: ServerPolicy) -> String? {
        if mode.strictness < other.mode.strictness { return "mode" }
        if minimumVersion == .tls12, other.minimumVersion == .tls13 { return "minimumVersion" }
        if other.mode != .none, authenticator !== other.authenticator { return "authenticator" }
        return nil
    }

    /// The fingerprint that sessions are bound to. It changes when a reloadable trust source changes.
    func sessionFingerprint() throws(OpenSSLError) -> [UInt8] { try configuration.sessionFingerprint(of: name) }

    var authenticates: Bool { mode != .none }

    var applicationProtocols: [ALPNIdentifier] { configuration.applicationProtocols }
}

extension ClientCertificateMode {
    fileprivate var strictness: Int {
        switch self {
        case .none: 0
        case .delayed: 1
        case .allow: 2
        case .require: 3
        }
    }
}
