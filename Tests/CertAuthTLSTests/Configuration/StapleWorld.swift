// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import Logging
import XCTest

/// A server with two certificates of one authority, and the time.
struct StapleWorld {
    let clock = TestClock()
    let authority: TestAuthority
    let first: TestIdentity
    let second: TestIdentity
    let log = LogRecorder()

    init() throws {
        authority = try TestAuthority("Server Root", clock: clock.verificationClock)
        first = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        second = try authority.issue(
            "localhost",
            .server(dnsNames: ["localhost"]),
            key: TestKey.generate(.ed25519)
        )
    }

    func authenticator(
        _ responses: [[UInt8]] = [],
        trusting anchor: Certificate? = nil
    ) throws -> CertificateAuthenticator {
        let anchors = try TrustStore(certificates: [anchor ?? authority.anchor])
        var options = CertificateAuthenticationOptions(trust: .custom(anchors))
        options.revocationMode = .offline
        options.clock = clock.verificationClock
        return try CertificateAuthenticator(options: options, revocationEvidence: evidence(responses))
    }

    func evidence(_ responses: [[UInt8]]) throws -> RevocationEvidence {
        RevocationEvidence(
            revocationLists: [],
            ocspResponses: try responses.map { try OCSPResponse(derEncoded: $0) }
        )
    }

    func configuration(
        stapling first: [UInt8]? = nil,
        second: [UInt8]? = nil,
        _ authenticator: CertificateAuthenticator? = nil
    ) throws -> TLSServerConfiguration {
        var configuration = TLSServerConfiguration(
            identity: try self.first.server(stapling: first),
            authenticator: try authenticator ?? self.authenticator(),
            mode: .none
        )
        configuration.additionalIdentities = [try self.second.server(stapling: second)]
        configuration.logger = log.logger
        return configuration
    }

    func context(_ configuration: TLSServerConfiguration) throws -> TLSServerContext {
        try TLSServerContext(configuration: configuration)
    }

    /// What a client receives.
    func staple(
        _ context: TLSServerContext,
        _ version: TLSVersion = .tls13,
        algorithms: String? = nil,
        asking: Bool = true,
        serverName: String = "localhost"
    ) async throws -> [UInt8]? {
        let peer = try await TestingPeer(
            authenticator: nil,
            mode: .none,
            identity: nil,
            version: version,
            serverName: serverName,
            server: Server(authority, try first.server()),
            signatureAlgorithms: algorithms,
            asksForStaple: asking,
            context: context
        )
        try await peer.shakeHands()
        XCTAssertTrue(peer.client.isHandshakeComplete, "\(peer.recorder.errors)")
        let response = peer.client.stapledResponse
        try await peer.close()
        return response
    }

    func codes(_ configuration: TLSServerConfiguration) -> [String] {
        configuration.configurationFindings.map { "\($0.severity.rawValue) \($0.code)" }
    }
}
