// SPDX-License-Identifier: Apache-2.0
// The headers of proxies: the first byte chooses the dialect, each line is the value of one header.

import CertAuth
import CertAuthTesting

struct ForwardingTarget: FuzzTarget {
    static let name = "forwarding"
    static let words =
        [
            "By=", "Hash=", "Cert=\"", "Chain=\"", "Subject=\"", "URI=", "DNS=", ",", ";", "\\\"", "\\\\", "%2B", "%2F",
            "%0A", "%3D", "-----BEGIN%20CERTIFICATE-----", "-----END%20CERTIFICATE-----", "-----BEGIN CERTIFICATE-----",
            "-----END CERTIFICATE-----", ":", ":, :", "SUCCESS", "FAILED:", "NONE", "(null)", "true", "false", "0", "1",
            "\"", "\t", "  ",
        ].map { Array($0.utf8) }

    private let world: FuzzWorld
    private let forwardings: [CertificateForwarding]
    private let written: CertificateForwarding
    private let peer: ConnectionPeer

    init(_ world: FuzzWorld) throws {
        self.world = world
        let proxies = try TrustedProxies([.network(NetworkRange("10.0.0.0/8"))])
        let encodings = CertificateEncoding.allCases.map { encoding in
            ForwardingDialect.unverified(.custom(certificate: "X", encoding: encoding))
        }
        forwardings = try (ForwardingDialect.builtIn + encodings).map { try CertificateForwarding($0, from: proxies) }
        written = try CertificateForwarding(.rfc9440(), from: proxies)
        peer = IPAddress("10.1.2.3").map { .address($0) } ?? .unknown
    }

    func seeds() throws -> [[UInt8]] {
        let chain = world.alice.chain
        let honest = try forwardings.indices.map { index in
            let dialect = forwardings[index].dialect
            let fields = try HeaderText.fields(dialect, chain)
            return [UInt8(index)] + Array(fields.map(\.value).joined(separator: "\n").utf8)
        }
        let values: [CertificateEncoding: String] = [
            .base64DER: HeaderText.base64(chain[0]),
            .base64DERList: chain.map(HeaderText.base64).joined(separator: ","),
            .base64ConcatenatedDER: HeaderText.base64(Array(chain.joined())), .hexDER: HeaderText.hex(chain[0]),
            .percentEncodedPEM: HeaderText.escaped(chain), .spacedPEM: HeaderText.spaced(chain[0]),
            .byteSequence: chain.map(HeaderText.sequence).joined(separator: ", "),
        ]
        let first = ForwardingDialect.builtIn.count
        return honest
            + CertificateEncoding.allCases.enumerated().map { index, encoding in
                [UInt8(first + index)] + Array((values[encoding] ?? "").utf8)
            }
    }

    func read(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let forwarding = forwardings[Int(first) % forwardings.count]
        let lines = input.dropFirst().split(separator: 0x0A, omittingEmptySubsequences: false)
        let headers = forwarding.dialect.headers
        // More lines than headers repeat the headers.
        let fields = lines.enumerated().map { index, line in
            HeaderField(headers[index % headers.count], String(decoding: line, as: UTF8.self))
        }
        let request = ForwardingRequest(fields: [HeaderField("X-Forwarded-Proto", "https")] + fields, peer: peer)
        twice { "\(forwarding.decide(request))" }
        twice { "\(forwarding.decide(ForwardingRequest(fields: fields, peer: .unknown)))" }
        if case .forwarded(let found?, _) = forwarding.decide(request) { check(found) }
        guard let header = try? XFCCHeader(fields.map(\.value)) else { return }
        let text = header.elements.map(\.description).joined(separator: ",")
        let again = try? XFCCHeader([text])
        demand(
            again?.elements.map { $0.pairs.map(\.value) } == header.elements.map { $0.pairs.map(\.value) },
            "elements are written as they were read: \(text)"
        )
    }

    /// What was forwarded is the same when it is forwarded again.
    private func check(_ found: ForwardedCertificate) {
        let chain = found.presented.derEncoded
        for certificate in chain { demand(certificate.first == 0x30, "a certificate begins like one") }
        guard let certificates = try? chain.map({ try Certificate(derEncoded: $0) }) else { return }
        let request = ForwardingRequest(
            fields: [HeaderField("X-Forwarded-Proto", "https")] + ForwardedFields.rfc9440(certificates),
            peer: peer
        )
        guard case .forwarded(let again?, _) = written.decide(request) else {
            return demand(false, "RFC 9440 forwards what was forwarded")
        }
        demand(again.presented.derEncoded == chain, "RFC 9440 forwards the same chain")
    }
}
