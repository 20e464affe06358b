// SPDX-License-Identifier: Apache-2.0

/// Apache httpd's dialect: the headers that mod_headers makes of mod_ssl's variables.
struct ApacheDialect {
    let certificate: String
    let verdict: String
    let chainPrefix: String

    /// The number of chain certificates that are read. mod_ssl verifies one by default; real chains have two to four.
    static let chainLength = 4

    var definition: DialectDefinition {
        let chain = (0..<Self.chainLength).map { "\(chainPrefix)\($0)" }
        return DialectDefinition(name: "apache", headers: [certificate, verdict] + chain) {
            (fields) throws(ForwardingError) in
            guard !fields.isEmpty else { return nil }
            guard Self.value(verdict, fields) != nil else {
                guard Self.value(certificate, fields) != nil else { return nil }
                throw fields.untrusted(verdict, "missing, expected the proxy's verdict")
            }
            let found = try ProxyVerdict.word(verdict, in: fields)
            var certificates: [[UInt8]]?
            if Self.value(certificate, fields) != nil, let leaf = try fields.certificate(certificate, .spacedPEM) {
                certificates = fields.joined(leaf, try Self.issuers(chain, fields))
            }
            return try found.certificates(
                certificates,
                verdictHeader: verdict,
                certificateHeader: certificate,
                in: fields
            )
        }
    }

    /// The value of a header. Nil also for the text that mod_headers writes for a variable without value.
    private static func value(_ header: String, _ fields: DialectFields) -> String? {
        fields.text(header).flatMap { $0 == "(null)" ? nil : $0 }
    }

    private static func issuers(
        _ headers: [String],
        _ fields: DialectFields
    ) throws(ForwardingError) -> [[UInt8]] {
        var issuers: [[UInt8]] = []
        var isOver = false
        for header in headers {
            guard value(header, fields) != nil, let issuer = try fields.certificate(header, .spacedPEM) else {
                isOver = true
                continue
            }
            guard !isOver else { throw fields.malformed(header, "set, though the one before it is not") }
            issuers.append(issuer)
        }
        return issuers
    }
}
