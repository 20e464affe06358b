// SPDX-License-Identifier: Apache-2.0
// Proxies of every dialect, honest ones, in memory.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

/// A client's authority, its clients, and what each kind of proxy says of them.
struct ForwardingStage {
    static let proxyAddress = "10.1.2.3"
    static let strangerAddress = "192.0.2.66"

    let authority: TestAuthority
    let issuing: TestAuthority
    /// Below an intermediate.
    let alice: TestIdentity
    let authenticator: CertificateAuthenticator

    init(_ customize: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }) throws {
        authority = try TestAuthority("Client Root")
        issuing = try authority.intermediate("Issuing")
        alice = try issuing.issue("alice")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        options.additionalChainCertificates = [try issuing.certificate]
        try customize(&options)
        authenticator = try CertificateAuthenticator(options: options)
    }

    static func trusted(_ networks: String...) throws -> TrustedProxies {
        try TrustedProxies((networks.isEmpty ? ["10.0.0.0/8"] : networks).map { .network(try NetworkRange($0)) })
    }

    func forwarding(_ dialect: ForwardingDialect) throws -> CertificateForwarding {
        try CertificateForwarding(dialect, from: Self.trusted())
    }

    static func peer(_ text: String) -> ConnectionPeer { IPAddress(text).map { .address($0) } ?? .unknown }

    /// What a proxy at a trusted address sends, over HTTPS by its own word.
    static func fromProxy(_ fields: [HeaderField], presenting chain: PresentedChain? = nil) -> ForwardingRequest {
        ForwardingRequest(
            fields: [HeaderField("X-Forwarded-Proto", "https")] + fields,
            peer: peer(proxyAddress),
            presentedChain: chain
        )
    }

    /// Judges a request to its end, as a server does; `direct` is what the connection's own certificate comes to.
    func result(
        _ forwarding: CertificateForwarding,
        _ request: ForwardingRequest
    ) async -> (result: AuthenticationResult, isRejected: Bool) {
        let facts = ConnectionFacts(isSecure: request.presentedChain != nil, peerAddress: "test")
        switch forwarding.decide(request) {
        case .direct:
            return (await authenticator.authenticate(request.presentedChain, facts: facts), false)
        case .forwarded(let certificate, let isSecure):
            return (
                await authenticator.authenticate(forwarded: certificate, facts: ConnectionFacts(isSecure: isSecure)),
                false
            )
        case .failed(let error): return (await authenticator.refuse(error, facts: facts), false)
        case .rejected(let error): return (await authenticator.refuse(error, facts: facts), true)
        }
    }

    func result(_ dialect: ForwardingDialect, _ fields: [HeaderField]) async throws -> AuthenticationResult {
        await result(try forwarding(dialect), Self.fromProxy(fields)).result
    }
}

/// How proxies write certificates.
enum Written {
    static func base64(_ der: [UInt8]) -> String { Base64.encoded(der) }

    static func hex(_ der: [UInt8]) -> String { Hexadecimal.text(der) }

    static func pem(_ chain: [[UInt8]]) -> String {
        chain.map { PEMDocument.text(label: "CERTIFICATE", $0) }.joined()
    }

    /// nginx: everything but unreserved characters.
    static func escaped(_ chain: [[UInt8]], keeping kept: String = "-._~") -> String {
        pem(chain).utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isPlain || kept.utf8.contains(byte) { return String(decoding: [byte], as: UTF8.self) }
            return "%\(Hexadecimal.text([byte], uppercased: true))"
        }.joined()
    }

    /// AWS: plus, equals sign and slash as they are.
    static func awsEscaped(_ chain: [[UInt8]]) -> String { escaped(chain, keeping: "-._~+=/") }

    static func spaced(_ der: [UInt8], with separator: String = " ") -> String {
        let lines = pem([der]).split(separator: "\n")
        return lines.joined(separator: separator)
    }

    static func sequence(_ der: [UInt8]) -> String { ":\(base64(der)):" }

    static func digest(_ der: [UInt8]) throws -> String {
        Hexadecimal.text(try DigestAlgorithm.sha256.digest(der))
    }

    static func xfcc(_ chain: [[UInt8]], names: String = "") throws -> String {
        "By=spiffe://td/fe;Hash=\(try digest(chain[0]));Cert=\"\(escaped([chain[0]]))\";Chain=\"\(escaped(chain))\"\(names)"
    }

    /// What an honest proxy of a dialect with its default headers sends for a client that presented `chain`.
    static func fields(_ dialect: ForwardingDialect, _ chain: [[UInt8]]) throws -> [HeaderField] {
        let leaf = chain[0]
        let headers = dialect.headers
        switch dialect.name {
        case "nginx", "ingress-nginx", "azure-application-gateway", "nginx-passthrough", "nginx-folded":
            let isSpaced = dialect.name == "azure-application-gateway" || dialect.name == "nginx-folded"
            return [
                HeaderField(headers[0], isSpaced ? spaced(leaf) : escaped([leaf])), HeaderField(headers[1], "SUCCESS"),
            ]
        case "apache":
            let issuers = chain.dropFirst().enumerated().map { HeaderField(headers[2 + $0], spaced($1)) }
            let rest = headers.dropFirst(2 + issuers.count).map { HeaderField($0, "(null)") }
            return [HeaderField(headers[0], spaced(leaf)), HeaderField(headers[1], "SUCCESS")] + issuers + rest
        case "haproxy":
            let all = Array(chain.dropFirst().joined())
            return [
                HeaderField(headers[0], "\"\(base64(leaf))\""), HeaderField(headers[1], "0"),
                HeaderField(headers[2], "1"),
                HeaderField(headers[3], all.isEmpty ? "" : base64(all)),
            ]
        case "envoy", "istio", "azure-container-apps": return [HeaderField(headers[0], try xfcc(chain))]
        case "traefik": return [HeaderField(headers[0], chain.map(base64).joined(separator: ","))]
        case "caddy": return [HeaderField(headers[0], base64(leaf)), HeaderField(headers[1], try digest(leaf))]
        case "aws-alb": return [HeaderField(headers[0], awsEscaped([leaf]))]
        case "aws-alb-passthrough": return [HeaderField(headers[0], awsEscaped(chain))]
        case "cloudfront", "cloudfront-required":
            return [
                HeaderField(headers[0], escaped([leaf])), HeaderField("CloudFront-Viewer-Cert-Present", "1"),
                HeaderField("CloudFront-Viewer-Cert-Sha256", try digest(leaf)),
            ]
        case "gcp":
            return [
                HeaderField(headers[0], sequence(leaf)),
                HeaderField(headers[1], chain.dropFirst().map(sequence).joined(separator: ", ")),
                HeaderField(headers[2], "true"), HeaderField(headers[3], "true"), HeaderField(headers[4], ""),
            ]
        case "cloudflare":
            return [
                HeaderField(headers[0], base64(leaf)), HeaderField(headers[1], try digest(leaf)),
                HeaderField(headers[2], "true"), HeaderField(headers[3], "false"),
            ]
        case "cloudflare-managed":
            return [HeaderField(headers[0], base64(leaf)), HeaderField(headers[1], try digest(leaf))]
        case "rfc9440":
            return [
                HeaderField(headers[0], sequence(leaf)),
                HeaderField(headers[1], chain.dropFirst().map(sequence).joined(separator: ", ")),
            ]
        case "azure-app-service", "aspnet": return [HeaderField(headers[0], base64(leaf))]
        default:
            XCTFail("no honest proxy for \(dialect.name)")
            return []
        }
    }
}
