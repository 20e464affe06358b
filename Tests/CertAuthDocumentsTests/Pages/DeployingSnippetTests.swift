// SPDX-License-Identifier: Apache-2.0
// The example on the page about deploying, compiled and run.

import CertAuth
import CertAuthTLS
import CertAuthTesting
import XCTest

final class DeployingSnippetTests: XCTestCase {
    private func configuration(
        _ identity: ServerIdentity,
        _ authenticator: CertificateAuthenticator
    ) throws -> TLSServerConfiguration {
        // snippet of Deploying.md
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        tls.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange("10.0.0.5")])
        // end of snippet
        return tls
    }

    func test_the_configuration_is_usable() throws {
        let root = try TestAuthority("Root")
        let server = try root.issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.revocationMode = .noCheck
        let tls = try configuration(identity, CertificateAuthenticator(options: options))
        XCTAssertEqual(tls.proxyProtocol?.headerTimeout, .seconds(5))
        XCTAssertEqual(tls.configurationFindings, [])
        _ = try TLSServerContext(configuration: tls)
    }
}
