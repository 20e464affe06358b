// SPDX-License-Identifier: Apache-2.0
// The start-up checks of a configuration, and its translation into OpenSSL settings.

import CertAuth
import CertAuthOpenSSL
import NIOCore

extension TLSServerConfiguration {
    /// Throws if the configuration is contradictory.
    func check(hasRequestGate: Bool, named policy: String = "default") throws(TLSConfigurationError) {
        try checkIdentities(of: policy)
        guard mode == .none || authenticator != nil else { throw .authenticatorMissing(mode: mode) }
        let isValidatedInHandshake = mode != .delayed && validation == .handshake
        guard mode == .none || isValidatedInHandshake || hasRequestGate else { throw .requestGateMissing }
        let permitsDelayedMode = applicationProtocols.allSatisfy {
            $0 == .http1 || $0 == "http/1.0" || ($0 == .http2 && delayedModeTakesHTTP2)
        }
        guard mode != .delayed || permitsDelayedMode else {
            throw .delayedNeedsHTTP1(found: applicationProtocols.map(\.rawValue))
        }
        guard sessionCache == nil || validation == .handshake else { throw .sessionCacheNeedsHandshake }
        if let sessionTickets, let authenticator, sessionTickets.isShared, mode != .none {
            let hooks = authenticator.events
            let hasHooks = hooks.onCertificateValidated != nil || hooks.onAuthenticationFailed != nil
            guard !hasHooks || authenticator.options.policyIdentifier != nil else { throw .policyIdentifierMissing }
        }
        let positives = [
            ("sessionTickets.lifetime in seconds", Int(sessionTickets?.lifetimeSeconds ?? 1)),
            ("handshakeTimeout", limits.handshakeTimeout.clampedNanoseconds),
            ("unattendedTimeout", limits.unattendedTimeout.clampedNanoseconds),
            ("patientConnections", limits.patientConnections >= 0 ? 1 : limits.patientConnections),
            ("lateCertificateTimeout", limits.lateCertificateTimeout.clampedNanoseconds),
            ("proxyProtocol.headerTimeout", proxyProtocol?.headerTimeout.clampedNanoseconds ?? 1),
            ("closeTimeout", limits.closeTimeout.clampedNanoseconds),
            ("loggedRefusalsPerMinute", limits.loggedRefusalsPerMinute),
            ("refusalGrace", limits.refusalGrace < .zero ? limits.refusalGrace.clampedNanoseconds : 1),
            ("presentedBytes", limits.presentedBytes), ("heldBytes", limits.heldBytes),
        ]
        for (setting, value) in positives where value <= 0 { throw .notPositive(setting: setting, found: value) }
        for name in applicationProtocols.map(\.rawValue) where !(1...255).contains(name.utf8.count) {
            throw .applicationProtocolUnusable(name: name)
        }
    }

    /// Throws if OpenSSL would replace an identity by another: it keeps one for each algorithm of the public key.
    private func checkIdentities(of policy: String) throws(TLSConfigurationError) {
        guard !additionalIdentities.isEmpty else { return }
        var known: [OID: ServerIdentity] = [:]
        for identity in identities {
            guard let algorithm = identity.leaf?.publicKey.algorithm.algorithm else { continue }
            if let other = known.updateValue(identity, forKey: algorithm) {
                throw .identitiesAlike(policy: policy, first: other.summary, second: identity.summary)
            }
        }
    }

    /// Creates the OpenSSL context of the policy `name`, which names `authorities` to clients.
    ///
    /// - Parameters:
    ///   - pool: where policies share what they have in common.
    ///   - isDedicated: whether connections of this policy set nothing themselves.
    func openSSLContext(
        for name: String,
        naming authorities: AuthorityNames,
        in pool: TLSContextPool,
        isDedicated: Bool
    ) throws(TLSConfigurationError) -> TLSContext {
        do throws(OpenSSLError) {
            let settings = try openSSLSettings(for: name, naming: authorities)
            return try TLSContext(server: settings, in: pool, isDedicated: isDedicated)
        } catch {
            throw .refusedByOpenSSL(reason: error.description)
        }
    }

    private func openSSLSettings(
        for name: String,
        naming authorities: AuthorityNames
    ) throws(OpenSSLError) -> TLSServerSettings {
        let own = identities.map { identity in
            let staple = OCSPStaple(of: identity, for: name, in: self)
            return TLSIdentity(chain: identity.handles, key: identity.key) { staple.response() }
        }
        var settings = TLSServerSettings(identity: own[0])
        settings.additionalIdentities = Array(own.dropFirst())
        settings.request = certificateRequest
        settings.minimumVersion = minimumVersion == .tls13 ? .tls13 : .tls12
        settings.applicationProtocols = applicationProtocols.map(\.rawValue)
        settings.authorityNames = authorities.names
        settings.sessionIDContext = try sessionFingerprint(of: name)
        settings.sessionLifetimeSeconds = Int(
            max(sessionTickets?.lifetimeSeconds ?? 0, sessionCache?.lifetimeSeconds ?? 0)
        )
        if let sessionTickets, issuesTickets {
            settings.ticketKeyring = sessionTickets.keyring
            settings.issuesEarlyTickets = issuesEarlyTickets
        }
        if let sessionCache, keepsSessions { settings.keptSessions = sessionCache.keptSessions }
        settings.maximumPresentedBytes = limits.presentedBytes
        return settings
    }

    /// Tickets are issued only if the client's certificate is requested in the handshake.
    var issuesTickets: Bool { sessionTickets != nil && asksInHandshake }

    /// TLS 1.2 sends its tickets within the handshake, so nothing after the handshake may decide about the client.
    var issuesEarlyTickets: Bool {
        issuesTickets && validation == .handshake && authenticator?.events.onCertificateValidated == nil
    }

    /// TLS 1.2 sessions are stored once the client is admitted, after its hooks.
    var keepsSessions: Bool { sessionCache != nil && asksInHandshake && validation == .handshake }

    private var asksInHandshake: Bool { mode == .allow || mode == .require }

    /// A digest of everything that currently decides whether a client is admitted, including the policy's name.
    func sessionFingerprint(of name: String) throws(OpenSSLError) -> [UInt8] {
        var encoding = CanonicalEncoding(domain: "CertAuth TLS policy 1")
        encoding.append("name", name)
        encoding.append("mode", mode.rawValue)
        encoding.append("validation", validation.rawValue)
        encoding.append("minimumVersion", minimumVersion.rawValue)
        encoding.append("identity", list: identity.chain.map(\.digest.bytes))
        for (index, other) in additionalIdentities.enumerated() {
            encoding.append("identity \(index + 1)", list: other.chain.map(\.digest.bytes))
        }
        encoding.append("authenticator", authenticator?.policyFingerprint.bytes ?? [])
        return try DigestAlgorithm.sha256.digest(encoding.bytes)
    }

    /// With validation at the request, the request gate refuses a missing certificate, so the handshake allows it.
    private var certificateRequest: ClientCertificateRequest {
        switch (mode, validation) {
        case (.none, _), (.delayed, _): .never
        case (.allow, _), (.require, .request): .optional
        case (.require, .handshake): .required
        }
    }
}
