// SPDX-License-Identifier: Apache-2.0
// Dialects in which the proxy says that it verified the certificate.

/// A dialect whose proxy states, and is made to state, that it verified the client's chain.
///
/// What it states is demanded, and CertAuth validates the certificate again all the same.
public struct VerifiedDialect: Sendable {
    let definition: DialectDefinition

    init(_ definition: DialectDefinition) { self.definition = definition }

    /// The dialect's name in errors, logs and cache keys.
    package var name: String { definition.name }

    /// Every header the proxy must set or clear at every request.
    package var headers: [String] { definition.headers }

    /// Takes the operator's word that the proxy refuses clients whose certificate does not verify, for dialects that
    /// have no way to say so: `mode require_and_verify` in Caddy, `RequireAndVerifyClientCert` in Traefik.
    public static func declared(_ dialect: UnverifiedDialect) -> VerifiedDialect {
        VerifiedDialect(dialect.definition)
    }
}

extension VerifiedDialect {
    /// Headers, encodings and a verdict of your choice.
    ///
    /// - Parameters:
    ///   - name: names the dialect in errors, logs and cache keys.
    ///   - verdict: the header with the proxy's verdict.
    ///   - verified: the verdict of a certificate that verified, compared to the letter.
    ///   - absent: the verdict where there is no certificate. Every other verdict is refused.
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
