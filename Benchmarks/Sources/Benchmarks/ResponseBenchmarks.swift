// SPDX-License-Identifier: Apache-2.0
// A new OCSP response: it is parsed, its signer is found, and its signature is verified.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting

/// Measures validations with a new OCSP response each, and without one, beside `OCSP_basic_verify`.
struct ResponseBenchmarks {
    let measurement: Measurement
    static let reference = "libcrypto, OCSP_basic_verify"

    func run(into report: inout Report) throws {
        try run("by the issuer", isDelegated: false, into: &report)
        try run("by a responder", isDelegated: true, into: &report)
    }

    private func run(_ name: String, isDelegated: Bool, into report: inout Report) throws {
        let root = try TestAuthority("Bench OCSP Root")
        let issuing = try root.intermediate("Bench OCSP Issuing")
        let client = try issuing.issue("client")
        let responder = isDelegated ? try issuing.issue("responder", .ocspResponder) : nil
        let responses = try (0..<64).map { _ in try issuing.ocspResponse(for: client, responder: responder) }
        guard let chain = PresentedChain(derEncoded: client.chain, source: .tls) else { return }
        let plain = try CertificateAuthenticator.silent(options: options(root, .noCheck))
        let checking = try CertificateAuthenticator.silent(options: options(root, .offline))
        let issuer = TrustedIssuer(issuing.certificateDER)
        let contenders = [
            Contender(Self.reference) { issuer.verifies(responses[$0 % responses.count]) },
            Contender("validation, no response") { _ in Self.accepts(plain, chain) },
            Contender("validation, new response") { index in
                guard let response = try? OCSPResponse(derEncoded: responses[index % responses.count]) else {
                    return false
                }
                checking.revocationEvidence = RevocationEvidence(revocationLists: [], ocspResponses: [response])
                return Self.accepts(checking, chain)
            },
            Contender("the response alone") { _, _ in 0 },
        ]
        var costs = measurement.measure(Array(contenders.dropLast()))
        costs.append(zip(costs[2], costs[1]).map { $0 - $1 })
        report.add("OCSP \(name)", contenders: contenders, costs: costs, references: [Self.reference])
    }

    private func options(
        _ root: TestAuthority,
        _ mode: RevocationMode
    ) throws -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.anchor])))
        options.revocationMode = mode
        options.revocationFlag = .endCertificateOnly
        return options
    }

    private static func accepts(_ authenticator: CertificateAuthenticator, _ chain: PresentedChain) -> Bool {
        if case .accepted = authenticator.validate(chain) { true } else { false }
    }
}

/// A certificate that libcrypto trusts.
struct TrustedIssuer: @unchecked Sendable {
    // It is only read, and libcrypto counts references atomically.
    private let pointer: UnsafeMutableRawPointer?

    init(_ der: [UInt8]) { pointer = certauth_issuer_new(der, der.count) }

    func verifies(_ response: [UInt8]) -> Bool { certauth_response_verify(response, response.count, pointer) == 1 }
}
