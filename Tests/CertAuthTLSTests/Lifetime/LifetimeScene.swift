// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

/// Two clients of one CA on open connections without HTTP, and a clock that advances only when it is set.
struct LifetimeScene {
    /// A whole second, because certificates end at one.
    let clock = TestClock(Timestamp(secondsSince1970: Timestamp.now.secondsSince1970))
    let authority: TestAuthority
    let alice: TestIdentity
    let bob: TestIdentity
    let calls = Calls()

    /// Counts the hook's calls for each client, and records which clients it refuses.
    final class Calls: Sendable {
        private let state = Mutex<(counts: [String: Int], refused: Set<String>)>(([:], []))

        func count(_ name: String) -> Int { state.withLock { $0.counts[name, default: 0] } }
        func refuse(_ name: String) { state.withLock { _ = $0.refused.insert(name) } }

        fileprivate func isRefused(_ name: String) -> Bool {
            state.withLock {
                $0.counts[name, default: 0] += 1
                return $0.refused.contains(name)
            }
        }
    }

    /// - Parameter bobEnds: seconds until bob's certificate expires; nil for a year.
    init(bobEnds: Int64? = nil) throws {
        authority = try TestAuthority("Client Root", clock: clock.verificationClock)
        alice = try authority.issue("alice")
        let end = bobEnds.map { [clock] in clock.now.adding(seconds: $0) }
        bob = try authority.issue("bob") { template in
            if let end { template.notAfter = .automatic(end) }
        }
    }

    func authenticator(
        trust: TrustPolicy? = nil,
        revoked: [TestIdentity]? = nil
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: try trust ?? .custom(TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = revoked == nil ? .noCheck : .offline
        options.revocationFlag = .endCertificateOnly
        options.clock = clock.verificationClock
        let calls = calls
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            let name = context.certificate.subject.rfc4514
            return calls.isRefused(name) ? .fail(reason: "no longer welcome") : .success(context.principal)
        })
        let evidence = try revoked.map { try lists(revoking: $0, number: 1) } ?? .none
        return try CertificateAuthenticator(options: options, events: events, revocationEvidence: evidence)
    }

    func lists(revoking identities: [TestIdentity], number: Int) throws -> RevocationEvidence {
        let list = try authority.revocationList(revoked: identities, number: number)
        return RevocationEvidence(
            revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
        )
    }

    /// An open connection whose client has been accepted.
    func open(
        _ identity: TestIdentity?,
        _ authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode = .require,
        version: TLSVersion = .tls13,
        served: (by: Server, under: TLSServerContext)? = nil,
        customize: (inout TLSServerConfiguration) -> Void = { _ in }
    ) async throws -> TestingPeer {
        let peer = try await TestingPeer(
            authenticator: authenticator,
            mode: mode,
            identity: identity,
            version: version,
            answersLateRequests: mode == .delayed,
            server: served?.by,
            context: served?.under,
            customize: customize
        )
        try await peer.shakeHands()
        try await peer.waitUntil { peer.recorder.entries.contains(.handshakeCompleted(nil)) }
        return peer
    }
}

extension TestingPeer {
    /// Advances time on the event loop; certificates are validated by the scene's own clock.
    func pass(_ time: TimeAmount) async throws {
        await channel.testingEventLoop.advanceTime(by: time)
        try await exchangeBytes()
    }

    /// The server has sent close_notify.
    func assertClosed(_ message: String = "", file: StaticString = #filePath, line: UInt = #line) async throws {
        var outcome = TLSOutcome.wantsMoreInput
        try await waitUntil {
            outcome = clientReceives().outcome
            return outcome != .wantsMoreInput
        }
        XCTAssertEqual(outcome, .closed, message, file: file, line: line)
        XCTAssertTrue(recorder.entries.contains(.refused), message, file: file, line: line)
    }

    /// The connection is open, and data from the client arrives.
    func assertOpen(_ message: String = "", file: StaticString = #filePath, line: UInt = #line) async throws {
        try await exchangeBytes()
        XCTAssertEqual(clientReceives().outcome, .wantsMoreInput, message, file: file, line: line)
        try await clientSends("still here")
        XCTAssertEqual(recorder.entries.last, .plaintext("still here"), message, file: file, line: line)
    }
}
