// SPDX-License-Identifier: Apache-2.0
// openssl's responder with our client, openssl's client with our responder, and CRLs made by openssl.

import CertAuth
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import XCTest

final class OpenSSLRevocationTests: XCTestCase {
    /// A CA with a good, a revoked and a foreign certificate in a folder, and openssl's index of them.
    private struct ResponderFixture {
        let folder: TemporaryDirectory
        let root: TestAuthority
        let good: TestIdentity
        let revoked: TestIdentity

        init() throws {
            folder = try TemporaryDirectory()
            root = try TestAuthority("ResponderFixture Root")
            good = try root.issue("good")
            revoked = try root.issue("revoked")
            _ = try folder.write(try root.identity.certificatePEM(), as: "root.pem")
            _ = try folder.write(try root.identity.privateKeyPEM(), as: "root.key")
            _ = try folder.write(try good.certificatePEM(), as: "good.pem")
            _ = try folder.write(try revoked.certificatePEM(), as: "revoked.pem")
            let serials = [good, revoked].map { $0.serialNumber.map { String(format: "%02X", $0) }.joined() }
            let lines = [
                "V\t491231235959Z\t\t\(serials[0])\tunknown\t/CN=good",
                "R\t491231235959Z\t250101000000Z,keyCompromise\t\(serials[1])\tunknown\t/CN=revoked",
            ]
            _ = try folder.write(lines.joined(separator: "\n") + "\n", as: "index.txt")
            _ = try folder.write("1000\n", as: "crlnumber")
            _ = try folder.write(
                """
                [ca]
                default_ca = office
                [office]
                database = \(folder.path(of: "index.txt"))
                crlnumber = \(folder.path(of: "crlnumber"))
                certificate = \(folder.path(of: "root.pem"))
                private_key = \(folder.path(of: "root.key"))
                default_md = sha256
                default_crl_days = 7
                crl_extensions = extensions
                [extensions]
                authorityKeyIdentifier = keyid

                """,
                as: "ca.conf"
            )
        }

        func authenticator(
            _ sources: RevocationSourceOptions,
            evidence: RevocationEvidence = .none
        ) throws -> CertificateAuthenticator {
            var policy = RevocationFetchPolicy()
            policy.allowedHosts = ["127.0.0.1"]
            policy.deadline = .seconds(20)
            let options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [root.certificate]))
            )
            return try CertificateAuthenticator(
                options: options,
                revocationEvidence: evidence,
                revocationGatherer: RevocationGatherer(
                    fetcher: NIORevocationFetcher(policy: policy),
                    sources: sources
                )
            )
        }
    }

    func test_OpenSSL_as_responder_answers_our_client() async throws {
        let openssl = try ExternalTool("openssl")
        let office = try ResponderFixture()
        let unlisted = try office.root.issue("unlisted")
        let responder = try await openssl.responder(in: office.folder)
        defer { responder.stop() }
        for nonce in RevocationSourceOptions.Nonce.allCases {
            for digest in OCSPCertificateID.Digest.allCases {
                var sources = RevocationSourceOptions()
                sources.responderAddresses = ["http://127.0.0.1:\(responder.port)/"]
                sources.nonce = nonce
                sources.identifierDigest = digest
                let authenticator = try office.authenticator(sources)
                let good = await authenticator.authenticate(office.good)
                XCTAssertEqual(good.word, "success", "\(nonce) \(digest): \(good.failure?.message ?? "")")
                let revoked = await authenticator.authenticate(office.revoked)
                XCTAssertEqual(revoked.word, "revoked", "\(nonce) \(digest)")
                let unknown = await authenticator.authenticate(unlisted)
                XCTAssertEqual(unknown.word, "revocation-unknown", "\(nonce) \(digest)")
                XCTAssertTrue(unknown.failure?.message.contains("does not know the certificate") ?? false)
            }
        }
    }

    func test_OpenSSL_as_client_queries_our_responder() async throws {
        let openssl = try ExternalTool("openssl")
        let office = try ResponderFixture()
        let stranger = try office.root.issue("stranger")
        _ = try office.folder.write(try stranger.certificatePEM(), as: "stranger.pem")
        let delegate = try office.root.issue("delegate", .ocspResponder)
        for responder in [nil, delegate] {
            try await RevocationService.withService(of: office.root, responder: responder) { service in
                service.revoke(office.revoked, reason: 1)
                service.reportUnknown(stranger)
                for (name, word) in [("good", "good"), ("revoked", "revoked"), ("stranger", "unknown")] {
                    let answer = try await openssl.run([
                        "ocsp", "-issuer", office.folder.path(of: "root.pem"),
                        "-cert", office.folder.path(of: "\(name).pem"), "-url", service.responderAddress,
                        "-CAfile", office.folder.path(of: "root.pem"),
                    ])
                    XCTAssertTrue(answer.output.contains("Response verify OK"), answer.output)
                    XCTAssertTrue(answer.output.contains("\(name).pem: \(word)"), answer.output)
                }
            }
        }
    }

    func test_lists_made_by_OpenSSL_are_read() async throws {
        let openssl = try ExternalTool("openssl")
        let office = try ResponderFixture()
        let file = office.folder.path(of: "office.crl")
        let made = try await openssl.run([
            "ca", "-gencrl", "-config", office.folder.path(of: "ca.conf"), "-out", file,
        ])
        XCTAssertEqual(made.exitCode, 0, made.output)
        let lists = try CertificateRevocationList.load(file: file)
        XCTAssertEqual(lists.map(\.count), [1])
        let authenticator = try office.authenticator(
            RevocationSourceOptions(),
            evidence: RevocationEvidence(revocationLists: lists)
        )
        let good = await authenticator.authenticate(office.good)
        XCTAssertEqual(good.word, "success")
        let revoked = await authenticator.authenticate(office.revoked)
        XCTAssertEqual(revoked.word, "revoked")
        let without = try office.authenticator(RevocationSourceOptions())
        let unknown = await without.authenticate(office.good)
        XCTAssertEqual(unknown.word, "revocation-unknown")
    }
}

extension ExternalTool {
    /// A running `openssl ocsp` on a free port.
    ///
    /// It listens on all interfaces while the test runs: `-port` accepts no address.
    fileprivate func responder(in folder: TemporaryDirectory) async throws -> OpenSSLResponder {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = [
            "ocsp", "-index", folder.path(of: "index.txt"), "-port", "0", "-rsigner", folder.path(of: "root.pem"),
            "-rkey", folder.path(of: "root.key"), "-CA", folder.path(of: "root.pem"), "-nmin", "60", "-text",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // The line is "ACCEPT [::]:41235 PID=…" or "ACCEPT 0.0.0.0:41235 PID=…" when the responder listens.
        var text = ""
        while let chunk = try output.fileHandleForReading.read(upToCount: 1), !chunk.isEmpty {
            text += String(decoding: chunk, as: UTF8.self)
            if text.hasSuffix("\n"), let line = text.split(separator: "\n").last, line.hasPrefix("ACCEPT") {
                let port = line.split(separator: " ")[1].split(separator: ":").last.flatMap { Int($0) }
                // Its further output is read and discarded, so that it never blocks on a full pipe.
                output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
                guard let port else { break }
                return OpenSSLResponder(process: process, port: port)
            }
        }
        OpenSSLResponder(process: process, port: 0).stop()
        throw NotListening(output: text)
    }

    private struct NotListening: Error { let output: String }
}

/// A started `openssl ocsp`.
private struct OpenSSLResponder {
    let process: Process
    let port: Int

    /// Stops the responder with SIGKILL: it inherits blocked signals from the runtime's threads, so others have no effect.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
