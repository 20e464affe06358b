// SPDX-License-Identifier: Apache-2.0
// The listener whose connections grow in number, in its own process.

import BenchmarkInput
import BenchmarkServing
import CReference
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import Dispatch
import Foundation
import Logging
import NIOPosix

/// A listener that follows orders from its standard input. It answers each order with the milliseconds that it took.
struct GrowthServer {
    /// What the listener can be told.
    enum Order: String {
        /// Loads the whole configuration again.
        case reload
        /// Loads the trust anchors again.
        case trust
        /// Loads the CRLs again.
        case lists
        /// Revokes the certificates of the folder.
        case revoke
        /// Begins a graceful shutdown.
        case shutdown
    }

    let folder: ServerFolder
    /// Whether all threads share the first core.
    let isPinned: Bool
    let offersHTTP2: Bool
    let checksRevocation: Bool
    private let cache = LRUCertificateValidationCache(capacity: 16_384)

    /// - Parameter options: `pinned`, `h2` and `lists`, with commas between them; `-` for none.
    init(folder: ServerFolder, options: String) {
        let names = options.split(separator: ",")
        self.folder = folder
        isPinned = names.contains("pinned")
        offersHTTP2 = names.contains("h2")
        checksRevocation = names.contains("lists")
    }

    func serve() async throws {
        if isPinned { ServerLife.begin() }
        let limit = certauth_raise_descriptors()
        let first = try authenticator()
        if checksRevocation { first.revocationEvidence = try evidence() }
        var configuration = HTTPSListenerConfiguration(tls: try tls(first))
        configuration.logger = Self.silent
        configuration.limits.connections = max(1_000, Int(limit) - 200)
        configuration.limits.idleTimeout = .seconds(3_600)
        configuration.http2 = offersHTTP2 ? .all : .none
        let worker = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try HTTPSListener(configuration: configuration, eventLoopGroup: worker) { _ in .text("hello") }
        ServerLife.tell(port: try await listener.start().port ?? 0)
        try await follow(listener, first)
    }

    private func follow(_ listener: HTTPSListener, _ first: CertificateAuthenticator) async throws {
        var inForce = first
        while let order = await Self.nextOrder() {
            let start = DispatchTime.now().uptimeNanoseconds
            switch order {
            case .reload:
                inForce = try authenticator()
                try listener.reload { $0.tls = try tls(inForce) }
            case .trust: if case .reloadable(let source) = inForce.options.trust { source.reload() }
            case .lists: inForce.revocationEvidence = try evidence()
            case .revoke: for certificate in try revoked() { inForce.revoke(certificate) }
            case .shutdown: Task { await listener.shutdown() }
            }
            let time = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
            FileHandle.standardOutput.write(Data("\(time)\n".utf8))
        }
        exit(0)
    }

    /// Nil when the input ends. The thread that waits is none of Swift's.
    private static func nextOrder() async -> Order? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: readLine().flatMap(Order.init)) }
        }
    }

    private static let silent = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }

    private func tls(_ authenticator: CertificateAuthenticator) throws -> TLSServerConfiguration {
        let identity = try ServerIdentity(certificateFile: folder.chain, keyFile: folder.key)
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        tls.logger = Self.silent
        // The names of 10,000 anchors do not fit.
        tls.authorityHints = .none
        return tls
    }

    private func authenticator() throws -> CertificateAuthenticator {
        let source = try TrustSource { [folder] () throws(TrustStoreError) in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            let anchors = names.filter { $0.hasPrefix("anchors-") }.map { "\(folder.path)/\($0)" }
            return try TrustStore(files: [folder.root] + anchors)
        }
        var options = CertificateAuthenticationOptions(trust: .reloadable(source))
        options.revocationMode = checksRevocation ? .offline : .noCheck
        return try .silent(options: options, cache: cache)
    }

    private func evidence() throws -> RevocationEvidence {
        RevocationEvidence(revocationLists: try CertificateRevocationList.load(file: folder.lists))
    }

    private func revoked() throws -> [Certificate] { try Certificate.load(file: "\(folder.path)/revoked.pem") }
}
