// SPDX-License-Identifier: Apache-2.0

/// HAProxy's dialect: the headers of its usual configuration.
struct HAProxyDialect {
    let certificate: String
    let verdict: String
    let used: String
    let chain: String

    var definition: DialectDefinition {
        DialectDefinition(name: "haproxy", headers: [certificate, verdict, used, chain]) {
            (fields) throws(ForwardingError) in
            guard !fields.isEmpty else { return nil }
            let leaf = try certificates(certificate, fields)
            let hasCertificate =
                fields.text(used) == nil && leaf.isEmpty && fields.text(verdict) == nil
                ? false : try ProxyVerdict.flag(used, in: fields)
            guard hasCertificate else {
                return try ProxyVerdict.absent.certificates(
                    leaf.isEmpty ? nil : leaf,
                    verdictHeader: used,
                    certificateHeader: certificate,
                    in: fields
                )
            }
            try checkVerdict(fields)
            guard leaf.count < 2 else {
                throw fields.malformed(certificate, "\(leaf.count) certificates, expected one")
            }
            let all = try leaf.first.map { (leaf) throws(ForwardingError) in
                fields.joined(leaf, try certificates(chain, fields))
            }
            return try ProxyVerdict.verified.certificates(
                all,
                verdictHeader: used,
                certificateHeader: certificate,
                in: fields
            )
        }
    }

    private func checkVerdict(_ fields: DialectFields) throws(ForwardingError) {
        guard let code = fields.text(verdict) else {
            throw fields.untrusted(verdict, "missing, expected the proxy's verdict")
        }
        guard code.utf8.areASCIIDigits else {
            throw fields.malformed(verdict, "\(DisplayText.escaped(code, limit: 64)), expected a number")
        }
        guard code == "0" else {
            throw fields.unverified(verdict, "error \(code)")
        }
    }

    /// Decodes certificates. With `%{+Q}` the value is in quotes.
    private func certificates(_ header: String, _ fields: DialectFields) throws(ForwardingError) -> [[UInt8]] {
        guard var text = fields.text(header) else { return [] }
        if text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = String(text.dropFirst().dropLast())
        }
        guard !text.isEmpty else { return [] }
        do throws(DecodingFault) {
            return try CertificateEncoding.base64ConcatenatedDER.certificates(text, fields.limits)
        } catch {
            throw fields.error(error.code, header, error.position, error.reason)
        }
    }
}
