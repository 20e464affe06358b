// SPDX-License-Identifier: Apache-2.0
// libssl decodes no key of a Certificate message that was refused by its bytes. The tests count keys, not time.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class PresentedScreeningTests: XCTestCase {
    private struct World {
        let server: TLSIdentity
        let client: TLSIdentity
        let root: X509Certificate
        /// The DER encodings of the client's certificates.
        let presented: [[UInt8]]

        /// The client presents its own certificate and two whose keys use explicit curve parameters.
        init() throws {
            let authority = try TestAuthority("Root")
            let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
            let client = try authority.issue("alice")
            let odd = try (0..<2).map { index in
                let key = try TestKey.generate(.p256)
                let explicit = try KeyTemplate.explicitCurve(of: key)
                return try authority.issue("odd \(index)", key: key) { $0.subjectPublicKeyInfo = explicit }
                    .certificateDER
            }
            presented = [client.certificateDER] + odd
            self.server = TLSIdentity(chain: [try X509Certificate(der: server.certificateDER)], key: server.key.handle)
            self.client = TLSIdentity(chain: try presented.map { try X509Certificate(der: $0) }, key: client.key.handle)
            root = try X509Certificate(der: authority.anchorDER)
        }
    }

    /// Runs a handshake in memory. Returns the server's connection and the alert that the client received.
    private func connect(
        _ world: World,
        _ version: TLSVersion,
        _ screening: (([[UInt8]]) -> ScreeningDecision)?,
        decision: @escaping (PresentedCertificates) -> ChainDecision
    ) throws -> (server: TLSConnection, alert: TLSAlert?) {
        var serverSettings = TLSServerSettings(identity: world.server)
        serverSettings.request = .required
        serverSettings.sessionIDContext = [1]
        var settings = TLSClientSettings(trustedRoots: [world.root])
        settings.identity = world.client
        settings.minimumVersion = version
        settings.maximumVersion = version
        let server = try TLSConnection(context: TLSContext(server: serverSettings))
        let client = try TLSConnection(context: TLSContext(client: settings))
        server.presentedScreening = screening
        server.chainDecision = decision
        try client.expectServer(sentName: nil, checkedName: "localhost")
        for _ in 0..<10 {
            _ = client.handshake()
            server.receive(client.takeUnsent())
            _ = server.handshake()
            XCTAssertFalse(LibraryContextOverride.isReplaced, "behind a step of the handshake")
            client.receive(server.takeUnsent())
        }
        var buffer = [UInt8](repeating: 0, count: 100)
        _ = client.read(into: &buffer)
        return (server, client.receivedAlert)
    }

    func test_no_key_is_decoded_of_what_is_refused_and_every_key_of_what_is_not() throws {
        for isOn in [true, false] { try Tuning.with(isOn: isOn) { try assertOnlyAcceptedKeysAreDecoded() } }
    }

    private func assertOnlyAcceptedKeysAreDecoded() throws {
        let world = try World()
        for version in TLSVersion.allCases {
            var screened: [[UInt8]] = []
            let refused = try connect(world, version) { certificates in
                screened = certificates
                return .refuse(.unsupportedCertificate)
            } decision: { _ in
                XCTFail("the chain was asked about")
                return .accept
            }
            XCTAssertEqual(screened, world.presented, "\(version)")
            XCTAssertEqual(refused.server.refusedKeysDecoded, 0, "\(version)")
            XCTAssertFalse(refused.server.hasCompletedHandshake)
            XCTAssertEqual(refused.alert, .unsupportedCertificate, "\(version)")

            for screening in [nil, { _ in .accept }] as [(([[UInt8]]) -> ScreeningDecision)?] {
                var usable: [Bool] = []
                let admitted = try connect(world, version, screening) { certificates in
                    usable = certificates.handles.map(\.hasUsablePublicKey)
                    return .accept
                }
                XCTAssertEqual(usable, [true, true, true], "\(version): OpenSSL decodes them when it is let")
                XCTAssertTrue(admitted.server.hasCompletedHandshake)
                XCTAssertNil(admitted.server.refusedKeysDecoded)
                XCTAssertNil(admitted.alert)
            }
        }
    }

    func test_certificates_accepted_unread_are_available_only_as_bytes() throws {
        let world = try World()
        for version in TLSVersion.allCases {
            for (screening, count) in [(ScreeningDecision.acceptUnread, 0), (.accept, 3)] {
                var handles: [X509Certificate]?
                var encodings: [[UInt8]]?
                let admitted = try connect(world, version, { _ in screening }) { certificates in
                    handles = certificates.handles
                    encodings = certificates.encodings
                    return .accept
                }
                XCTAssertEqual(handles?.count, count, "\(version)")
                XCTAssertEqual(encodings, world.presented, "\(version)")
                XCTAssertTrue(admitted.server.hasCompletedHandshake, "\(version)")
            }
        }
    }

    func test_each_refusal_reaches_the_client_as_its_alert() throws {
        let world = try World()
        for version in TLSVersion.allCases {
            for alert in CertificateAlert.allCases {
                let refused = try connect(world, version, { _ in .refuse(alert) }, decision: { _ in .accept })
                XCTAssertEqual(refused.alert, alert.alert, "\(alert) on \(version)")
            }
        }
    }

    func test_other_connections_of_the_context_and_thread_go_on_decoding_keys() throws {
        let world = try World()
        for _ in 0..<3 {
            let refused = try connect(world, .tls13, { _ in .refuse(.badCertificate) }, decision: { _ in .accept })
            XCTAssertEqual(refused.server.refusedKeysDecoded, 0)
            XCTAssertTrue(try X509Certificate(der: world.presented[1]).hasUsablePublicKey)
            let admitted = try connect(world, .tls13, nil, decision: { _ in .accept })
            XCTAssertTrue(admitted.server.hasCompletedHandshake)
        }
    }

    func test_a_certificate_without_its_key_keeps_its_bytes_and_verifies_nothing() throws {
        let authority = try TestAuthority("Root")
        let leaf = try X509Certificate(der: authority.issue("alice").certificateDER)
        let issuer = try X509Certificate(withoutKey: authority.certificateDER, signature: nil)
        XCTAssertEqual(try issuer.encodedDER(), authority.certificateDER)
        XCTAssertFalse(issuer.hasUsablePublicKey)
        XCTAssertFalse(issuer.isSelfSigned)
        XCTAssertFalse(leaf.isSigned(by: issuer))
        XCTAssertTrue(leaf.isSigned(by: try X509Certificate(der: authority.certificateDER)))
        XCTAssertThrowsError(try X509Certificate(withoutKey: authority.certificateDER + [0], signature: nil))
        XCTAssertThrowsError(try X509Certificate(withoutKey: [], signature: nil))
    }
}
