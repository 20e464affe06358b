// SPDX-License-Identifier: Apache-2.0
// The certificates that are validated. Our test authority makes them at run time.

package import CertAuth
package import CertAuthTesting
import Logging

/// A root, an intermediate and many leaves of one kind of key.
package struct Hierarchy: Sendable {
    package let root: [UInt8]
    package let intermediate: [UInt8]
    /// Certificates of the same authority. A client that presents them in turn finds none of them remembered.
    package let renewals: [[UInt8]]
    package let leaves: [[UInt8]]

    package static let kinds: [(name: String, kind: TestKey.Kind)] = [
        ("P-256", .p256), ("RSA-2048", .rsa(bits: 2048)), ("Ed25519", .ed25519),
    ]

    /// - Parameters:
    ///   - leafCount: distinct leaves.
    ///   - keyCount: the number of keys that they share, because generating RSA keys takes long.
    package init(_ kind: TestKey.Kind, leafCount: Int = 1024, keyCount: Int = 8) throws {
        let authority = try TestAuthority("Benchmark Root", key: .generate(kind))
        let issuing = try authority.intermediate("Benchmark Issuing", key: .generate(kind), pathLength: 0)
        let keys = try (0..<keyCount).map { _ in try TestKey.generate(kind) }
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

    package func leaf(_ index: Int) -> [UInt8] { leaves[index % leaves.count] }

    /// The chain that a client of this hierarchy presents.
    package func chain(_ index: Int) -> [[UInt8]] { [leaf(index), intermediate] }

    /// The chain of a client whose intermediate has not been seen recently.
    package func coldChain(_ index: Int) -> [[UInt8]] { [leaf(index), renewals[index % renewals.count]] }

    package func authenticator(cache: (any CertificateValidationCache)? = nil) throws -> CertificateAuthenticator {
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
    package static func silent(
        options: CertificateAuthenticationOptions,
        cache: (any CertificateValidationCache)? = nil
    ) throws -> CertificateAuthenticator {
        let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        return try CertificateAuthenticator(options: options, cache: cache, logger: logger)
    }
}
