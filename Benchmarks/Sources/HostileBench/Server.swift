// SPDX-License-Identifier: Apache-2.0
// The servers that strangers call: our listener in its default limits, one worker.

import BenchmarkInput
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import Logging
import NIOCore
import NIOPosix

/// A started listener, and what its clients need.
struct Server: Sendable {
    enum Kind: Sendable, Hashable {
        case require, delayed, tickets
        case forwarded(String)
    }

    let port: UInt16
    private let listener: HTTPSListener

    static func start(_ kind: Kind, _ world: World) async throws -> Server {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [world.root.anchor]))
        )
        options.revocationMode = .noCheck
        // As with a policy that pins: self-signed strangers are judged too.
        options.allowedCertificateTypes = .all
        let pin = try TestIdentity.selfSigned("pinned").certificate.sha256Thumbprint
        options.selfSignedPins = [.certificate(pin)]
        // Without a cache: each attempt is repeated, and must cost what its first one does.
        let authenticator = try CertificateAuthenticator.silent(options: options)
        let quiet = Logger(label: "hostile") { _ in SwiftLogNoOpLogHandler() }
        var configuration: HTTPSListenerConfiguration
        if case .forwarded(let name) = kind {
            guard let dialect = ForwardingDialect.builtIn.first(where: { $0.name == name }) else {
                preconditionFailure("no dialect \(name)")
            }
            let proxies = try TrustedProxies([.network(try NetworkRange("127.0.0.0/8"))])
            configuration = HTTPSListenerConfiguration(
                plainAt: .hostPort(host: "127.0.0.1", port: 0),
                forwarding: try CertificateForwarding(dialect, from: proxies),
                authenticator: authenticator
            )
            // Enough for the largest chain that the limits of certificates let pass.
            configuration.limits.headerBytes = 128 * 1024
        } else {
            var tls = TLSServerConfiguration(
                identity: try ServerIdentity(
                    certificatePEM: world.server.chainPEM(),
                    keyPEM: world.server.privateKeyPEM()
                ),
                authenticator: authenticator,
                mode: kind == .delayed ? .delayed : .require
            )
            tls.logger = quiet
            if kind == .tickets { tls.sessionTickets = try SessionTickets() }
            configuration = HTTPSListenerConfiguration(tls: tls)
        }
        configuration.logger = quiet
        let worker = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try HTTPSListener(configuration: configuration, eventLoopGroup: worker) { _ in .text("hello") }
        guard let port = try await listener.start().port else { preconditionFailure("no port") }
        return Server(port: UInt16(port), listener: listener)
    }
}

/// Authorities and identities.
struct World: Sendable {
    let root: TestAuthority
    let server: TestIdentity
    /// A certificate without a path to an anchor.
    let stranger: TestIdentity

    init() throws {
        root = try TestAuthority("Client Root")
        server = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        stranger = try TestIdentity.selfSigned("stranger")
    }
}
