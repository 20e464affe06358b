// SPDX-License-Identifier: Apache-2.0
// A checked TLS configuration, ready to serve connections.

import CertAuth
import CertAuthOpenSSL
import NIOCore

/// A checked TLS configuration, shared by all connections that are served under it.
public final class TLSServerContext: Sendable {
    /// What the context was made from.
    public let configuration: TLSServerConfiguration
    let openSSL: TLSContext

    /// Checks `configuration` and loads its identity.
    ///
    /// - Throws: `TLSConfigurationError`; a context that asks for certificates but could not judge them before the
    ///   first byte of plaintext is never made.
    public convenience init(configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        try self.init(configuration: configuration, hasRequestGate: false)
    }

    /// The same for a layer that judges each request before it is answered and may therefore choose
    /// `validation: .request`.
    package init(configuration: TLSServerConfiguration, hasRequestGate: Bool) throws(TLSConfigurationError) {
        try configuration.check(hasRequestGate: hasRequestGate)
        self.configuration = configuration
        do throws(OpenSSLError) {
            openSSL = try TLSContext(server: configuration.openSSLSettings)
        } catch {
            throw .refusedByOpenSSL(reason: error.description)
        }
    }
}

extension TLSServerConfiguration {
    fileprivate func check(hasRequestGate: Bool) throws(TLSConfigurationError) {
        guard mode != .delayed else { throw .modeNotAvailable(mode) }
        guard mode == .none || authenticator != nil else { throw .authenticatorMissing(mode: mode) }
        guard mode == .none || validation == .handshake || hasRequestGate else { throw .requestGateMissing }
        let positives = [
            ("handshakeTimeout", Int(limits.handshakeTimeout.nanoseconds)),
            ("closeTimeout", Int(limits.closeTimeout.nanoseconds)),
            ("presentedBytes", limits.presentedBytes), ("heldBytes", limits.heldBytes),
        ]
        for (setting, value) in positives where value <= 0 { throw .notPositive(setting: setting, found: value) }
        for name in applicationProtocols where !(1...255).contains(name.utf8.count) {
            throw .applicationProtocolUnusable(name: name)
        }
    }

    fileprivate var openSSLSettings: TLSServerSettings {
        let identity = TLSIdentity(chain: identity.chain.map(\.handle), key: identity.key)
        var settings = TLSServerSettings(identity: identity)
        settings.request = certificateRequest
        settings.minimumVersion = minimumVersion == .tls13 ? .tls13 : .tls12
        settings.applicationProtocols = applicationProtocols
        settings.authorityHints = mode == .none ? [] : hintedAuthorities.map(\.handle)
        settings.sessionIDContext = authenticator?.policyFingerprint.bytes ?? Array("certauth".utf8)
        settings.maximumPresentedBytes = limits.presentedBytes
        return settings
    }

    /// With validation at the request a missing certificate is the gate's to refuse, so the handshake lets it pass.
    private var certificateRequest: ClientCertificateRequest {
        switch (mode, validation) {
        case (.none, _), (.delayed, _): .never
        case (.allow, _), (.require, .request): .optional
        case (.require, .handshake): .required
        }
    }

    private var hintedAuthorities: [Certificate] {
        switch authorityHints {
        case .none: []
        case .certificates(let certificates): certificates
        case .anchors:
            if case .custom(let store)? = authenticator?.options.trust { store.anchors } else { [] }
        }
    }
}
