// SPDX-License-Identifier: Apache-2.0
// The header fields that proxies of each dialect send for a client.

import CReference
package import CertAuth
import Foundation

/// Certificates as proxies write them.
package enum WrittenCertificate {
    package static func pem(_ chain: [[UInt8]], label: String = "CERTIFICATE") -> String {
        chain.map { der in
            let lines = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            return "-----BEGIN \(label)-----\n\(lines)\n-----END \(label)-----\n"
        }.joined()
    }

    /// Nil for dialects that this does not know.
    package static func fields(_ dialect: ForwardingDialect, _ chain: [[UInt8]]) -> [HeaderField]? {
        let headers = dialect.headers
        let leaf = chain[0]
        let issuers = chain.dropFirst()
        switch dialect.name {
        case "nginx", "ingress-nginx", "nginx-passthrough":
            return [HeaderField(headers[0], escaped([leaf])), HeaderField(headers[1], "SUCCESS")]
        case "nginx-folded", "azure-application-gateway":
            return [HeaderField(headers[0], spaced(leaf)), HeaderField(headers[1], "SUCCESS")]
        case "apache":
            let rest = headers.dropFirst(2).map { HeaderField($0, "(null)") }
            return [HeaderField(headers[0], spaced(leaf)), HeaderField(headers[1], "SUCCESS")] + rest
        case "haproxy":
            return [
                HeaderField(headers[0], base64(leaf)), HeaderField(headers[1], "0"), HeaderField(headers[2], "1"),
                HeaderField(headers[3], base64(issuers.flatMap { $0 })),
            ]
        case "traefik": return [HeaderField(headers[0], chain.map(base64).joined(separator: ","))]
        case "envoy", "istio", "azure-container-apps":
            return [
                HeaderField(
                    headers[0],
                    "Hash=\(digest(leaf));Cert=\"\(escaped([leaf]))\";Chain=\"\(escaped(chain))\""
                )
            ]
        case "aws-alb": return [HeaderField(headers[0], escaped([leaf], keeping: "-._~+=/"))]
        case "aws-alb-passthrough": return [HeaderField(headers[0], escaped(chain, keeping: "-._~+=/"))]
        case "gcp":
            return [
                HeaderField(headers[0], sequence(leaf)), HeaderField(headers[1], sequences(issuers)),
                HeaderField(headers[2], "true"), HeaderField(headers[3], "true"), HeaderField(headers[4], ""),
            ]
        case "rfc9440": return [HeaderField(headers[0], sequence(leaf)), HeaderField(headers[1], sequences(issuers))]
        case "caddy", "cloudflare-managed":
            return [HeaderField(headers[0], base64(leaf)), HeaderField(headers[1], digest(leaf))]
        case "cloudflare":
            return [
                HeaderField(headers[0], base64(leaf)), HeaderField(headers[1], digest(leaf)),
                HeaderField(headers[2], "true"), HeaderField(headers[3], "false"),
            ]
        case "cloudfront", "cloudfront-required":
            // The other headers repeat parts of the certificate and are not read.
            return [
                HeaderField(headers[0], escaped([leaf])), HeaderField(headers[1], "true"),
                HeaderField(headers[2], digest(leaf)),
            ]
        case "azure-app-service", "aspnet": return [HeaderField(headers[0], base64(leaf))]
        default: return nil
        }
    }

    private static func base64(_ der: [UInt8]) -> String { Data(der).base64EncodedString() }

    private static func digest(_ der: [UInt8]) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        certauth_sha256(der, der.count, &bytes)
        return bytes.map { String(format: "%02x", $0) }.joined()
    }

    private static func sequence(_ der: [UInt8]) -> String { ":\(base64(der)):" }

    private static func sequences(_ issuers: ArraySlice<[UInt8]>) -> String {
        issuers.map(sequence).joined(separator: ", ")
    }

    private static func spaced(_ der: [UInt8]) -> String { pem([der]).split(separator: "\n").joined(separator: " ") }

    private static func escaped(_ chain: [[UInt8]], keeping kept: String = "-._~") -> String {
        let plain = CharacterSet(charactersIn: kept + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        return pem(chain).addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
