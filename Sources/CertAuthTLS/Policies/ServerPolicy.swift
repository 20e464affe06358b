// SPDX-License-Identifier: Apache-2.0
// One policy in force: how the clients of a name are treated, and the OpenSSL context that does so.

import CertAuth
import CertAuthOpenSSL

/// One policy in force, for a name or by default.
final class ServerPolicy: Sendable {
    /// The name as configured, `default` for the configuration itself.
    let name: String
    let mode: ClientCertificateMode
    let validation: ClientCertificateValidation
    let authenticator: CertificateAuthenticator?
    let minimumVersion: TLSProtocolVersion
    let openSSL: TLSContext
    let issuesTickets: Bool
    let issuesEarlyTickets: Bool
    let keepsSessions: Bool
    private let configuration: TLSServerConfiguration

    /// - Parameter configuration: with everything that the name changes already in it.
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
        openSSL = try configuration.openSSLContext(for: name)
    }

    /// Whether a client of this policy is a client of `other` too, so that a request may be for either.
    ///
    /// Authenticators are compared as objects: equal options with other hooks or other revocation lists let in others.
    ///
    /// - Parameter takesForwarded: whether certificates are judged that proxies forward, whatever the mode.
    func treatsClientsAlike(_ other: ServerPolicy, takesForwarded: Bool) -> Bool {
        if self === other { return true }
        guard mode == other.mode, validation == other.validation, minimumVersion == other.minimumVersion else {
            return false
        }
        return (mode == .none && !takesForwarded) || authenticator === other.authenticator
    }

    /// Whether a connection that `other` let in could have been let in by this policy as it is, but for its client.
    func couldHaveOpened(_ facts: ConnectionFacts, under other: ServerPolicy) -> Bool {
        mode == other.mode && validation == other.validation
            && (minimumVersion == .tls12 || facts.tlsVersion == "TLSv1.3")
    }

    /// The first field in which this policy lets in a client that `other` might not.
    ///
    /// Authenticators that are not the same cannot be compared and count as looser.
    func looserField(than other: ServerPolicy) -> String? {
        if mode.strictness < other.mode.strictness { return "mode" }
        if minimumVersion == .tls12, other.minimumVersion == .tls13 { return "minimumVersion" }
        if other.mode != .none, authenticator !== other.authenticator { return "authenticator" }
        return nil
    }

    /// What a session is bound to; it changes when a reloadable trust source does.
    func sessionFingerprint() throws(OpenSSLError) -> [UInt8] { try configuration.sessionFingerprint(of: name) }

    var authenticates: Bool { mode != .none }

    var applicationProtocols: [String] { configuration.applicationProtocols }
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
