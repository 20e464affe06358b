// SPDX-License-Identifier: Apache-2.0
// The certificates that are validated: made at run time, by our own authority for tests.

import CertAuth
import CertAuthTesting
import Logging

/// A root, an intermediate and many leaves of one kind of key.
struct Hierarchy: Sendable {
    let root: [UInt8]
    let intermediate: [UInt8]
    /// The same authority certified again and again: what presents them in turn finds none of them remembered.
    let renewals: [[UInt8]]
    let leaves: [[UInt8]]

    static let kinds: [(name: String, kind: TestKey.Kind)] = [
        ("P-256", .p256), ("RSA-2048", .rsa(bits: 2048)), ("Ed25519", .ed25519),
    ]

    /// - Parameter leafCount: distinct leaves; they share eight keys, because making RSA keys takes long.
    init(_ kind: TestKey.Kind, leafCount: Int = 1024) throws {
        let authority = try TestAuthority("Benchmark Root", key: .generate(kind))
        let issuing = try authority.intermediate("Benchmark Issuing", key: .generate(kind), pathLength: 0)
        let keys = try (0..<8).map { _ in try TestKey.generate(kind) }
        root = authority.certificateDER
        intermediate = issuing.certificateDER
        renewals = try (0..<leafCount).map { _ in try authority.crossSign(issuing).certificateDER }
        leaves = try (0..<leafCount).map { index in
            try issuing.issue("client-\(index)", key: keys[index % keys.count]) { template in
                template.extensions.replace(
                    .subjectAlternativeNames([
                        .dns("client-\(index).example.com"), .email("client-\(index)@example.com"),
                    ])
                )
            }.certificateDER
        }
    }

    func leaf(_ index: Int) -> [UInt8] { leaves[index % leaves.count] }

    /// What a client of this hierarchy presents.
    func chain(_ index: Int) -> [[UInt8]] { [leaf(index), intermediate] }

    /// What a client presents whose intermediate has not been seen lately.
    func coldChain(_ index: Int) -> [[UInt8]] { [leaf(index), renewals[index % renewals.count]] }

    func authenticator(cache: (any CertificateValidationCache)? = nil) throws -> CertificateAuthenticator {
        try .silent(options: options(), cache: cache)
    }

    private func options() throws -> CertificateAuthenticationOptions {
        let anchor = try Certificate(derEncoded: root)
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [anchor])))
        options.revocationMode = .noCheck
        return options
    }
}

extension CertificateAuthenticator {
    /// An authenticator that logs nothing.
    static func silent(
        options: CertificateAuthenticationOptions,
        cache: (any CertificateValidationCache)? = nil
    ) throws -> CertificateAuthenticator {
        let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        return try CertificateAuthenticator(options: options, cache: cache, logger: logger)
    }
}
