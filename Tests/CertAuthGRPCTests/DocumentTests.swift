// SPDX-License-Identifier: Apache-2.0
// The example in Docs/GRPC.md, compiled and started.

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import XCTest

// snippet of GRPC.md
func serve(
    _ services: [any RegistrableRPCService],
    certificate: String,
    key: String,
    authenticator: CertificateAuthenticator
) async throws {
    let clients = NIOSSLClientAuthentication(authenticator: authenticator)
    let security = HTTP2ServerTransport.Posix.TransportSecurity.tls(
        certificateChain: [.file(path: certificate, format: .pem)],
        privateKey: .file(path: key, format: .pem)
    ) { $0.requireClientCertificates(clients) }
    let admins = AuthorizationPolicy.claim(.email, anyOf: ["alice@example.com"])
    let server = GRPCServer(
        transport: .http2NIOPosix(address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: security),
        services: services,
        interceptorPipeline: [
            .apply(ClientCertificateInterceptor(clients), to: .all),
            .apply(
                ClientAuthorizationInterceptor(admins),
                to: .services([ServiceDescriptor(fullyQualifiedService: "example.Admin")])
            ),
        ]
    )
    try await server.serve()
}
// end of snippet

final class DocumentTests: XCTestCase {
    func test_the_example_throws_if_a_file_is_missing() async throws {
        let world = try ClientWorld()
        do {
            let (certificate, key) = ("/nowhere/server.pem", "/nowhere/server.key")
            let authenticator = world.adapter.authenticator
            try await serve([WhoService()], certificate: certificate, key: key, authenticator: authenticator)
            XCTFail("it started")
        } catch let error as RuntimeError {
            XCTAssertEqual(error.code, .transportError)
        }
    }
}
#endif
