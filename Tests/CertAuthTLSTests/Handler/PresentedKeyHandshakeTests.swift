// SPDX-License-Identifier: Apache-2.0
// Keys that must not be decoded, in handshakes of both versions and in late ones.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTesting
import NIOCore
import Synchronization
import XCTest

final class PresentedKeyHandshakeTests: XCTestCase {
    private var authority: TestAuthority!

    override func setUpWithError() throws { authority = try TestAuthority("Client Root") }

    private func authenticator() throws -> CertificateAuthenticator {
        let trust = try TrustStore(certificates: [authority.anchor])
        var options = CertificateAuthenticationOptions(trust: .custom(trust))
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    private func explicit(_ key: TestKey) throws -> TestIdentity {
        try authority.issue("alice", key: key) { $0.subjectPublicKeyInfo = try KeyTemplate.explicitCurve(of: key) }
    }

    /// An identity whose chain contains an unnecessary certificate.
    private func alice(with more: [[UInt8]]) throws -> TestIdentity {
        let alice = try authority.issue("alice")
        return TestIdentity(
            certificateDER: alice.certificateDER,
            key: alice.key,
            issuers: more,
            anchorDER: alice.anchorDER,
            serialNumber: alice.serialNumber
        )
    }

    /// Each key is refused in the client's own certificate and in an additional one.
    private func wrongIdentities() throws -> [(TestIdentity, String)] {
        let key = try TestKey.generate(.p256)
        let own = try explicit(key)
        return [
            (own, "elliptic curve by explicit parameters, expected a named curve"),
            (try alice(with: [own.certificateDER]), "elliptic curve by explicit parameters, expected a named curve"),
        ]
    }

    func test_a_handshake_ends_with_the_code_whether_it_validates_the_chain_or_a_request_does() async throws {
        for version in TLSVersion.allCases {
            for validation in [ClientCertificateValidation.handshake, .request] {
                for (identity, message) in try wrongIdentities() {
                    let peer = try await TestingPeer(
                        authenticator: try authenticator(),
                        mode: .require,
                        validation: validation,
                        identity: identity,
                        version: version
                    )
                    try await peer.shakeHands()
                    let refusal = TLSServerError.certificateRefused(
                        code: .weakKey,
                        message: message,
                        alert: "unsupported_certificate"
                    )
                    XCTAssertEqual(peer.recorder.entries.first, .error(refusal), "\(version), \(validation)")
                    _ = peer.clientReceives()
                    XCTAssertEqual(peer.client.receivedAlert, .unsupportedCertificate)
                }
                let peer = try await TestingPeer(
                    authenticator: try authenticator(),
                    mode: .require,
                    validation: validation,
                    identity: try alice(with: [explicit(.generate(.p384)).anchorDER]),
                    version: version
                )
                try await peer.shakeHands()
                XCTAssertEqual(peer.recorder.entries.first, .connection(hasChain: true), "\(version), \(validation)")
            }
        }
    }

    func test_a_late_certificate_ends_the_connection_with_the_code() async throws {
        for version in TLSVersion.allCases {
            for (identity, message) in try wrongIdentities() {
                let peer = try await TestingPeer(
                    authenticator: try authenticator(),
                    mode: .delayed,
                    identity: identity,
                    version: version,
                    answersLateRequests: true
                )
                try await peer.shakeHands()
                let connection = try await peer.channel.clientCertificateConnection().get()
                let asking = try PendingRequest(XCTUnwrap(connection))
                try await peer.waitUntil {
                    _ = peer.clientReceives()
                    return asking.error != nil
                }
                XCTAssertEqual(asking.error, .connectionEnded, "\(version)")
                let refusal = TLSServerError.certificateRefused(
                    code: .weakKey,
                    message: message,
                    alert: "unsupported_certificate"
                )
                XCTAssertTrue(peer.recorder.entries.contains(.error(refusal)), "\(version): \(peer.recorder.entries)")
            }
        }
    }

    /// A certificate request that fails.
    private final class PendingRequest: Sendable {
        private let failure = Mutex<LateCertificateError?>(nil)
        var error: LateCertificateError? { failure.withLock { $0 } }

        init(_ connection: ClientCertificateConnection) {
            Task {
                do throws(LateCertificateError) {
                    _ = try await connection.requestClientCertificate()
                } catch {
                    self.failure.withLock { $0 = error }
                }
            }
        }
    }

    func test_more_certificates_than_the_limit_end_the_handshake_undecoded() async throws {
        let spare = try authority.issue("spare").certificateDER
        for version in TLSVersion.allCases {
            for (count, isAdmitted) in [(9, true), (10, false)] {
                let peer = try await TestingPeer(
                    authenticator: try authenticator(),
                    mode: .require,
                    validation: .request,
                    identity: try alice(with: [[UInt8]](repeating: spare, count: count)),
                    version: version
                )
                try await peer.shakeHands()
                let refusal = TLSServerError.certificateRefused(
                    code: .limitExceeded,
                    message: "11 certificates presented, at most 10 (limits.presentedCertificates)",
                    alert: "bad_certificate"
                )
                let expected: Recorder.Entry = isAdmitted ? .connection(hasChain: true) : .error(refusal)
                XCTAssertEqual(peer.recorder.entries.first, expected, "\(version)")
            }
        }
    }
}
