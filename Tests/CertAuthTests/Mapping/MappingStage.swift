// SPDX-License-Identifier: Apache-2.0
// Certificates with each kind of name, and the users they map to.

import CertAuth
import CertAuthTesting
import XCTest

/// A mapping used by an authenticator, as in a server.
struct MappingStage {
    static let alice = CertificateUser(identifier: "u1", name: "Alice", roles: ["staff", "admin"])
    static let bob = CertificateUser(identifier: "u2", name: "Bob")

    let stage: Stage

    init() throws { stage = try Stage() }

    /// A store in which Alice has these identifiers.
    static func alice(_ identifiers: CertificateIdentifier...) throws -> InMemoryUserStore {
        try InMemoryUserStore([.init(alice, identifiers: identifiers)])
    }

    /// The authenticator's result for an identity with this mapping.
    func result(
        _ identity: TestIdentity,
        _ rules: [IdentityRule],
        _ store: any CertificateUserStore,
        demand: IdentityMapping.Demand = .allRules,
        authorities: Set<Thumbprint>? = nil,
        trusting anchors: [Certificate]? = nil
    ) async throws -> AuthenticationResult {
        let mapping = try IdentityMapping(rules: rules, demand: demand, store: store, authorities: authorities)
        let events = CertificateAuthenticationEvents(onCertificateValidated: mapping.onCertificateValidated)
        let authenticator = try stage.authenticator(options: stage.options(trusting: anchors), events: events)
        return await authenticator.authenticate(identity)
    }

    /// Returns a certificate with these alternative names.
    func identity(_ names: [GeneralNameTemplate], of authority: TestAuthority? = nil) throws -> TestIdentity {
        try (authority ?? stage.issuing).issue("somebody") { template in
            if !names.isEmpty { template.extensions.replace(.subjectAlternativeNames(names)) }
        }
    }

    /// The extension in which a Windows CA stores the account's SID.
    static func securityExtension(_ text: String) -> ExtensionTemplate {
        let value = DER.constructed(0, [DER.octetString(Array(text.utf8))])
        let name = DER.constructed(0, [DER.objectIdentifier(.windowsSecurityIdentifier), value])
        return ExtensionTemplate(.windowsSecurity, value: DER.sequence([name]))
    }
}

/// A user store with predetermined answers that records its queries.
struct ScriptedUserStore: CertificateUserStore {
    let asked = HookCounter<CertificateIdentifier>()
    let answer: @Sendable (CertificateIdentifier) throws -> [CertificateUser]

    func users(holding identifier: CertificateIdentifier) async throws -> [CertificateUser] {
        asked.record(identifier)
        return try answer(identifier)
    }
}
