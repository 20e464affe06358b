// SPDX-License-Identifier: Apache-2.0
// The clients, trust, evidence and time of a scene.

public import CertAuth
public import CertAuthTesting
import Synchronization

/// A root, an issuing CA, and one policy whose inputs can all change while a server runs.
public final class SceneWorld: Sendable {
    private struct State {
        var trust: TrustStore
        var isAliceBarred = false
    }

    private final class Changes: Sendable {
        let state: Mutex<State>

        init(_ trust: TrustStore) { state = Mutex(State(trust: trust)) }
    }

    /// Advances only when it is set.
    public let clock: TestClock
    /// The client that the scene's event affects.
    public let alice: TestIdentity
    /// A client that no event affects.
    public let bob: TestIdentity
    /// The authenticator of all scenes.
    public let authenticator: CertificateAuthenticator
    /// Slow requests wait in the server until this gate opens.
    public let gate = Gate()

    private let root: TestAuthority
    private let issuing: TestAuthority
    private let trust: TrustSource
    private let changes: Changes

    /// - Parameter profile: the profile of alice's certificate.
    public init(alice profile: LeafProfile = .client) throws {
        let clock = TestClock()
        self.clock = clock
        root = try TestAuthority("Client Root", clock: clock.verificationClock)
        issuing = try root.intermediate("Client Issuing")
        alice = try issuing.issue("alice", profile)
        bob = try issuing.issue("bob")
        let changes = Changes(try TrustStore(certificates: [root.certificate]))
        self.changes = changes
        trust = try TrustSource { () throws(TrustStoreError) in changes.state.withLock { $0.trust } }
        var options = CertificateAuthenticationOptions(trust: .reloadable(trust))
        options.clock = clock.verificationClock
        options.revocationMode = .offline
        authenticator = try CertificateAuthenticator(
            options: options,
            events: CertificateAuthenticationEvents(onCertificateValidated: { context in
                let isBarred = changes.state.withLock { $0.isAliceBarred } && context.principal.name == "alice"
                return isBarred ? .fail(reason: "barred") : .success(context.principal)
            }),
            cache: LRUCertificateValidationCache()
        )
        authenticator.revocationEvidence = try evidence(revoked: [])
    }

    func revokeByHand() throws { authenticator.revoke(try alice.certificate) }

    func revokeByList() throws { authenticator.revocationEvidence = try evidence(revoked: [alice]) }

    /// From now on the hook refuses alice. The invalidation causes the hook to run.
    func bar() {
        changes.state.withLock { $0.isAliceBarred = true }
        authenticator.invalidate()
    }

    func replaceTrust() throws {
        let other = try TrustStore(certificates: [
            TestAuthority("Other Root", clock: clock.verificationClock).certificate
        ])
        changes.state.withLock { $0.trust = other }
        trust.reload()
    }

    private func evidence(revoked identities: [TestIdentity]) throws -> RevocationEvidence {
        let lists = try [issuing.revocationList(revoked: identities), root.revocationList()].map {
            try CertificateRevocationList(derEncoded: $0.derEncoded)
        }
        return RevocationEvidence(revocationLists: lists)
    }
}
