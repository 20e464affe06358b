// SPDX-License-Identifier: Apache-2.0
// The servers in this program: OpenSSL in C, and our listener.

import BenchmarkInput
import BenchmarkServing
import CReference
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import Foundation
import Logging
import NIOCore
import NIOPosix

/// A kind of server.
enum ServedKind: String {
    /// OpenSSL in C. It requires certificates and caches nothing.
    case reference
    /// The same with session tickets.
    case referenceTickets = "reference-tickets"
    /// The same without client certificates.
    case referenceAnonymous = "reference-anonymous"
    /// Our listener with a cache that is too small to contain the next client.
    case listener
    /// The same with a CRL.
    case listenerListed = "listener-listed"
    /// With a cache.
    case listenerCached = "listener-cached"
    /// With a cache and session tickets.
    case listenerTickets = "listener-tickets"
    /// Without client certificates.
    case listenerAnonymous = "listener-anonymous"

    /// Serves until the input ends. Any input before that makes a listener reload its configuration. There is one worker
    /// on one core, as in every measured server.
    func serve(_ folder: ServerFolder) async throws {
        switch self {
        case .reference, .referenceTickets, .referenceAnonymous:
            ServerLife.follow()
            let root = self == .referenceAnonymous ? nil : folder.root
            let tickets: Int32 = self == .referenceTickets ? 1 : 0
            _ = certauth_server_run(folder.chain, folder.key, root, tickets) { ServerLife.tell(port: Int($0)) }
            throw ServerProcessError(reason: "the server in C did not start")
        case .listener, .listenerListed, .listenerCached, .listenerTickets, .listenerAnonymous:
            let tickets = hasTickets ? try SessionTickets() : nil
            let authenticator = try authenticator(folder)
            let first = try configuration(tls(folder, authenticator, tickets))
            let worker = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let listener = try HTTPSListener(configuration: first, eventLoopGroup: worker) { _ in .text("hello") }
            ServerLife.tell(port: try await listener.start().port ?? 0)
            ServerLife.follow {
                do {
                    try listener.reload { $0.tls = try tls(folder, authenticator, tickets) }
                    ServerLife.tell(port: 0)
                } catch {
                    exit(1)
                }
            }
            while true { try await Task.sleep(for: .seconds(3600)) }
        }
    }

    private var hasTickets: Bool { self == .listenerTickets }

    private static let silent = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }

    private func tls(
        _ folder: ServerFolder,
        _ authenticator: CertificateAuthenticator?,
        _ tickets: SessionTickets?
    ) throws -> TLSServerConfiguration {
        var tls = TLSServerConfiguration(
            identity: try ServerIdentity(certificateFile: folder.chain, keyFile: folder.key),
            authenticator: authenticator,
            mode: self == .listenerAnonymous ? .none : .require
        )
        tls.logger = Self.silent
        tls.sessionTickets = tickets
        return tls
    }

    private func configuration(_ tls: TLSServerConfiguration) throws -> HTTPSListenerConfiguration {
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.logger = Self.silent
        configuration.limits.connections = 10_000
        configuration.limits.idleTimeout = .seconds(600)
        if self == .listenerAnonymous { configuration.requirement = { _ in .anonymous } }
        return configuration
    }

    private func authenticator(_ folder: ServerFolder) throws -> CertificateAuthenticator? {
        guard self != .listenerAnonymous else { return nil }
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: [folder.root])))
        options.revocationMode = .noCheck
        if self == .listenerListed {
            options.revocationMode = .offline
            options.revocationFlag = .endCertificateOnly
        }
        let isForgetful = self == .listener || self == .listenerListed
        let cache = LRUCertificateValidationCache(capacity: isForgetful ? 64 : 4096)
        let authenticator = try CertificateAuthenticator.silent(options: options, cache: cache)
        if self == .listenerListed {
            let lists = try CertificateRevocationList.load(file: folder.list)
            authenticator.revocationEvidence = RevocationEvidence(revocationLists: lists)
        }
        return authenticator
    }
}
