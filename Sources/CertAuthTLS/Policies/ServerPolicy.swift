// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import Synchronization

/// The policy in force for one name, or the default policy.
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
    /// Shared with the policies that differ only in their names.
    private let context: PolicyContext
    /// The session ID context, and the generation of the trust store that it was made for. No OpenSSL context is kept
    /// here: one of a former generation would live until the next client of this name.
    private let sessions: Mutex<(trust: UInt64?, identifier: [UInt8])>

    init(name: String, context: PolicyContext) throws(TLSConfigurationError) {
        self.name = name
        self.context = context
        let configuration = context.configuration
        mode = configuration.mode
        validation = configuration.validation
        authenticator = configuration.authenticator
        minimumVersion = configuration.minimumVersion
        issuesTickets = configuration.issuesTickets
        issuesEarlyTickets = configuration.issuesEarlyTickets
        keepsSessions = configuration.keepsSessions
        do throws(OpenSSLError) {
            // Read first, so that no older fingerprint counts as one of a newer generation.
            let trust = configuration.trustGeneration
            sessions = Mutex((trust, try configuration.sessionFingerprint(of: name)))
        } catch {
            throw .refusedByOpenSSL(reason: error.description)
        }
    }

    /// The OpenSSL context for a new connection.
    var openSSL: TLSContext { context.openSSL }

    /// The authorities whose certificates are requested. Nil in mode `none`.
    var requestedAuthorities: RequestedAuthorities? { context.requestedAuthorities }

    /// The OpenSSL context for a new connection, and the session ID context.
    ///
    /// The latter contains the name, so that a session of one name is never resumed under another that shares the
    /// OpenSSL context.
    var selection: TLSSelection {
        sessions.withLock { sessions in
            let trust = context.configuration.trustGeneration
            if sessions.trust != trust, let fingerprint = try? sessionFingerprint() { sessions = (trust, fingerprint) }
            return TLSSelection(context.openSSL, sessionIDContext: sessions.identifier)
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
    func sessionFingerprint() throws(OpenSSLError) -> [UInt8] { try context.configuration.sessionFingerprint(of: name) }

    var authenticates: Bool { mode != .none }

    var applicationProtocols: [ALPNIdentifier] { context.configuration.applicationProtocols }
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
