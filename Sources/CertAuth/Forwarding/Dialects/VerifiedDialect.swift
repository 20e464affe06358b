// SPDX-License-Identifier: Apache-2.0

/// A dialect whose proxy states that it verified the client's chain.
///
/// The statement is required, and CertAuth validates the certificate anyway.
public struct VerifiedDialect: Sendable {
    let definition: DialectDefinition

    init(_ definition: DialectDefinition) { self.definition = definition }

    /// The dialect's name in errors, logs and cache keys.
    package var name: String { definition.name }

    /// All headers that the proxy must set or clear at every request.
    package var headers: [String] { definition.headers }

    /// Declares that the proxy refuses clients whose certificate it cannot verify. For dialects that cannot state this:
    /// `mode require_and_verify` in Caddy, `RequireAndVerifyClientCert` in Traefik.
    public static func declared(_ dialect: UnverifiedDialect) -> VerifiedDialect {
        VerifiedDialect(dialect.definition)
    }
}

extension VerifiedDialect {
    /// A dialect with custom headers, encoding and verdict.
    ///
    /// - Parameters:
    ///   - name: the dialect's name in errors, logs and cache keys.
    ///   - verdict: the header with the proxy's verdict.
    ///   - verified: the verdict for a verified certificate, compared exactly.
    ///   - absent: the verdict if there is no certificate. Every other verdict is refused.
    ///   - chain: a header with the issuers, in the same encoding.
    public static func custom(
        name: String = "custom",
        certificate: String,
        encoding: CertificateEncoding,
        verdict: String,
        verified: String,
        absent: String,
        chain: String? = nil
    ) -> VerifiedDialect {
        let inner = UnverifiedDialect.custom(name: name, certificate: certificate, encoding: encoding, chain: chain)
        let read = inner.definition.read
        let headers = inner.headers + [verdict]
        return VerifiedDialect(
            DialectDefinition(name: name, headers: headers) { (fields) throws(ForwardingError) in
                guard !fields.isEmpty else { return nil }
                let found = try read(fields)
                let word = fields.text(verdict)
                let isVerified = word.map { ExactText.areEqual($0, verified) } ?? false
                guard isVerified || word.map({ ExactText.areEqual($0, absent) }) ?? false else {
                    guard let word else { throw fields.untrusted(verdict, "missing, expected the proxy's verdict") }
                    throw fields.unverified(verdict, "\(word), expected \(verified)")
                }
                return try (isVerified ? ProxyVerdict.verified : .absent).certificates(
                    found,
                    verdictHeader: verdict,
                    certificateHeader: certificate,
                    in: fields
                )
            }
        )
    }
}
