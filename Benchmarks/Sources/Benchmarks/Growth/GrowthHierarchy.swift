// SPDX-License-Identifier: Apache-2.0
// The clients that are validated while something else grows.

import BenchmarkInput
import CertAuth
import CertAuthTesting

/// A root, an intermediate, a client, a client of an unknown root, and the CRLs of both authorities.
struct GrowthHierarchy: Sendable {
    let root: TestAuthority
    let issuing: TestAuthority
    let client: PresentedChain
    let stranger: PresentedChain
    let lists: [CertificateRevocationList]

    init() throws {
        root = try TestAuthority("Growth Root")
        issuing = try root.intermediate("Growth Issuing")
        client = try Self.chain(issuing.issue("client").chain)
        stranger = try Self.chain(TestAuthority("Growth Elsewhere").intermediate("Growth Nowhere").issue("x").chain)
        lists = try [issuing, root].map {
            try CertificateRevocationList(derEncoded: $0.revocationList().derEncoded)
        }
    }

    static func chain(_ certificates: [[UInt8]]) throws -> PresentedChain {
        guard let chain = PresentedChain(derEncoded: certificates, source: .tls) else {
            throw ServerProcessError(reason: "an empty chain")
        }
        return chain
    }

    /// Options that check revocation by CRLs that are given.
    func options(_ trust: TrustPolicy) -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: trust)
        options.revocationMode = .offline
        return options
    }
}

extension CertificateAuthenticator {
    /// Whether the verdict is an acceptance.
    func accepts(_ chain: PresentedChain) -> Bool { if case .accepted = validate(chain) { true } else { false } }

    /// The code of a refusal.
    func refusalCode(_ chain: PresentedChain) -> FailureCode? {
        if case .refused(let failure, _) = validate(chain) { failure.code } else { nil }
    }
}
