// SPDX-License-Identifier: Apache-2.0
// The library's findings about server certificates, server names, trust anchors and CRLs.

import CertAuth
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServerIdentityFindingTests: XCTestCase {
    private var root: TestAuthority!

    override func setUpWithError() throws { root = try TestAuthority("Root") }

    private func codes(_ identity: TestIdentity, names: [String] = []) throws -> [String] {
        var tls = TLSServerConfiguration(
            identity: try ServerIdentity(certificatePEM: identity.chainPEM(), keyPEM: identity.privateKeyPEM()),
            authenticator: try authenticator(),
            mode: .require
        )
        tls.namedPolicies = names.map { ServerNamePolicy($0) }
        if !names.isEmpty { tls.unnamedClients = .servedByDefault }
        return tls.configurationFindings.map { "\($0.severity.rawValue) \($0.code)" }
    }

    private func authenticator(
        trust: [Certificate]? = nil,
        lists: [CertificateRevocationList]? = nil
    ) throws -> CertificateAuthenticator {
        let anchors = try trust ?? [root.certificate]
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: anchors)))
        options.revocationMode = .offline
        let own = try CertificateRevocationList(derEncoded: root.revocationList().derEncoded)
        return try CertificateAuthenticator(
            options: options,
            revocationEvidence: RevocationEvidence(revocationLists: lists ?? [own])
        )
    }

    private func server(_ names: [String] = ["localhost"], by authority: TestAuthority? = nil) throws -> TestIdentity {
        try (authority ?? root).issue("server", .server(dnsNames: names))
    }

    func test_a_good_certificate_has_no_finding_and_each_defect_has_one() throws {
        XCTAssertEqual(try codes(server()), [])
        let issuing = try root.intermediate("Issuing", pathLength: 0)
        XCTAssertEqual(try codes(server(by: issuing)), [])
        let past = Timestamp.now.adding(seconds: -86_400)
        let expired = try root.issue("server", .server(dnsNames: ["localhost"])) { $0.notAfter = .automatic(past) }
        XCTAssertEqual(try codes(expired), ["error server-certificate-expired"])
        let future = Timestamp.now.adding(seconds: 86_400)
        let early = try root.issue("server", .server(dnsNames: ["localhost"])) { $0.notBefore = .automatic(future) }
        XCTAssertEqual(try codes(early), ["warning server-certificate-not-yet-valid"])
        let client = try root.issue("server", .server(dnsNames: ["localhost"])) {
            $0.extensions.replace(.extendedKeyUsage([.clientAuth]))
        }
        XCTAssertEqual(try codes(client), ["error server-certificate-wrong-usage"])
    }

    func test_usages_of_the_time_before_serverAuth_are_a_warning_and_others_an_error() throws {
        let stepUp = [OID(dotted: "2.16.840.1.113730.4.1"), OID(dotted: "1.3.6.1.4.1.311.10.3.3")].compactMap(\.self)
        XCTAssertEqual(stepUp.count, 2)
        let cases: [([OID], [String])] = [
            ([stepUp[0]], ["warning server-certificate-legacy-usage"]),
            ([stepUp[1]], ["warning server-certificate-legacy-usage"]),
            ([.clientAuth, stepUp[0]], ["warning server-certificate-legacy-usage"]),
            ([stepUp[0], .serverAuth], []), ([.anyExtendedKeyUsage], []),
            ([.clientAuth], ["error server-certificate-wrong-usage"]),
            ([.emailProtection, .clientAuth], ["error server-certificate-wrong-usage"]),
        ]
        for (purposes, expected) in cases {
            let identity = try root.issue("server", .server(dnsNames: ["localhost"])) {
                $0.extensions.replace(.extendedKeyUsage(purposes))
            }
            XCTAssertEqual(try codes(identity), expected, "\(purposes)")
        }
    }

    func test_certificates_of_one_cross_certified_authority_may_follow_each_other() throws {
        let other = try TestAuthority("Other Root")
        let issuing = try root.intermediate("Issuing", pathLength: 0)
        let crossed = try other.crossSign(issuing)
        let server = try server(by: issuing)
        let leaf = server.certificateDER
        let (first, second) = (issuing.certificateDER, crossed.certificateDER)
        let (ownRoot, otherRoot) = (root.certificateDER, other.certificateDER)
        let order = ["warning server-chain-order"]
        let cases: [([[UInt8]], [String])] = [
            ([leaf, first, second], []), ([leaf, second, first], []),
            ([leaf, first, second, otherRoot], []), ([leaf, first, second, ownRoot], []),
            ([leaf, first, second, otherRoot, ownRoot], order), ([leaf, first, otherRoot], order),
            ([leaf, ownRoot, first], order), ([leaf, otherRoot, second, first], order),
        ]
        for (chain, expected) in cases {
            let sent = TestIdentity(
                certificateDER: leaf,
                key: server.key,
                issuers: Array(chain.dropFirst()),
                anchorDER: ownRoot,
                serialNumber: server.serialNumber
            )
            XCTAssertEqual(try codes(sent), expected, "\(chain.map(\.count))")
        }
    }

    func test_names_are_compared_with_the_certificate() throws {
        let identity = try server(["a.test", "*.b.test"])
        XCTAssertEqual(try codes(identity, names: ["A.TEST."]), [])
        XCTAssertEqual(try codes(identity, names: ["x.b.test", "*.b.test"]), [])
        XCTAssertEqual(try codes(identity, names: ["b.test"]), ["warning server-name-not-covered"])
        XCTAssertEqual(try codes(identity, names: ["x.y.b.test"]), ["warning server-name-not-covered"])
        XCTAssertEqual(try codes(identity, names: ["c.test", "d.test"]), ["warning server-name-not-covered"])
    }

    func test_findings_about_anchors_and_CRLs_are_the_authenticators() throws {
        func codes(_ authenticator: CertificateAuthenticator) -> [String] {
            authenticator.configurationFindings.map { "\($0.severity.rawValue) \($0.code)" }
        }
        XCTAssertEqual(codes(try authenticator()), [])
        let leaf = try root.issue("alice").certificate
        XCTAssertEqual(
            codes(try authenticator(trust: [root.certificate, leaf])),
            ["warning anchor-not-authority"]
        )
        let twin = try TestAuthority("Root")
        let foreign = try CertificateRevocationList(derEncoded: twin.revocationList().derEncoded)
        XCTAssertEqual(codes(try authenticator(lists: [foreign])), ["warning crl-of-another-authority"])
        let stale = try CertificateRevocationList(
            derEncoded: root.revocationList { template in
                template.thisUpdate = .automatic(Timestamp.now.adding(seconds: -864_000))
                template.nextUpdate = .automatic(Timestamp.now.adding(seconds: -86_400))
            }.derEncoded
        )
        XCTAssertEqual(codes(try authenticator(lists: [stale])), ["warning crl-stale"])
    }

    func test_the_file_of_a_key_is_examined_when_it_is_loaded() throws {
        let directory = try TemporaryDirectory()
        let identity = try server()
        let chain = try directory.write(try identity.chainPEM(), as: "chain.pem")
        let key = try directory.write(try identity.privateKeyPEM(), as: "key.pem")
        for (mode, expected) in [(0o600, []), (0o640, []), (0o644, ["private-key-exposed"])] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
            let tls = TLSServerConfiguration(
                identity: try ServerIdentity(certificateFile: chain, keyFile: key),
                authenticator: try authenticator(),
                mode: .require
            )
            XCTAssertEqual(tls.configurationFindings.map(\.code), expected)
        }
    }
}
