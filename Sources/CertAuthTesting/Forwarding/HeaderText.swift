// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthOpenSSL

/// Certificates in headers as honest proxies write them, for the project's own tests.
package enum HeaderText {
    package static func base64(_ der: [UInt8]) -> String { Base64.encoded(der) }

    package static func hex(_ der: [UInt8]) -> String { Hexadecimal.text(der) }

    package static func pem(_ chain: [[UInt8]]) -> String {
        chain.map { PEMDocument.text(label: "CERTIFICATE", $0) }.joined()
    }

    /// As nginx writes it: everything but unreserved characters is percent-encoded.
    package static func escaped(_ chain: [[UInt8]], keeping kept: String = "-._~") -> String {
        PercentEncoding.encoded(pem(chain).utf8, keeping: kept)
    }

    /// As AWS writes it: plus, equals sign and slash are not encoded either.
    package static func awsEscaped(_ chain: [[UInt8]]) -> String { escaped(chain, keeping: "-._~+=/") }

    package static func spaced(_ der: [UInt8], with separator: String = " ") -> String {
        let lines = pem([der]).split(separator: "\n")
        return lines.joined(separator: separator)
    }

    package static func sequence(_ der: [UInt8]) -> String { ":\(base64(der)):" }

    package static func digest(_ der: [UInt8]) throws -> String {
        Hexadecimal.text(try DigestAlgorithm.sha256.digest(der))
    }

    package static func xfcc(_ chain: [[UInt8]], names: String = "") throws -> String {
        "By=spiffe://td/fe;Hash=\(try digest(chain[0]));Cert=\"\(escaped([chain[0]]))\";Chain=\"\(escaped(chain))\"\(names)"
    }

    /// Returns what an honest proxy of a built-in dialect sends for a client that presented `chain`; empty for other
    /// dialects.
    package static func fields(_ dialect: ForwardingDialect, _ chain: [[UInt8]]) throws -> [HeaderField] {
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
        default: return []
        }
    }
}
