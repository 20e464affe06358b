// SPDX-License-Identifier: Apache-2.0

extension DialectDefinition {
    /// One certificate in one header. The other headers are not read, but the proxy must set or clear them too.
    static func single(
        _ name: String,
        _ certificate: String,
        _ encoding: CertificateEncoding,
        others: [String] = []
    ) -> DialectDefinition {
        DialectDefinition(name: name, headers: [certificate] + others) { (fields) throws(ForwardingError) in
            try fields.certificate(certificate, encoding).map { [$0] }
        }
    }

    /// A chain in one header, the end-entity certificate first.
    static func chain(
        _ name: String,
        _ header: String,
        _ encoding: CertificateEncoding,
        others: [String] = []
    ) -> DialectDefinition {
        DialectDefinition(name: name, headers: [header] + others) { (fields) throws(ForwardingError) in
            let found = try fields.certificates(header, encoding)
            return found.isEmpty ? nil : found
        }
    }

    /// RFC 9440: the end-entity certificate in one header, its issuers in another.
    static func rfc9440(_ name: String, certificate: String, chain: String) -> DialectDefinition {
        DialectDefinition(name: name, headers: [certificate, chain]) { (fields) throws(ForwardingError) in
            let issuers = try fields.byteSequences(chain)
            guard let leaf = try fields.byteSequence(certificate) else {
                guard fields.value(certificate) == nil else { throw fields.malformed(certificate, "empty") }
                guard issuers.isEmpty else { throw fields.malformed(chain, "set, though \(certificate) is not") }
                return nil
            }
            return [leaf] + issuers
        }
    }

    /// Envoy's `x-forwarded-client-cert`.
    static func xfcc(_ name: String, header: String) -> DialectDefinition {
        DialectDefinition(name: name, headers: [header]) { (fields) throws(ForwardingError) in
            guard let value = fields.value(header) else { return nil }
            let limits = fields.limits
            let parsed = try XFCCHeader([value], header: header, dialect: name, limits: limits)
            return try XFCCIdentity(dialect: name, header: header, limits: limits).certificates(parsed.elements)
        }
    }

    /// CloudFront: its flag and digest must agree with its PEM.
    static func cloudFront(name: String) -> DialectDefinition {
        let prefix = "CloudFront-Viewer-Cert-"
        let certificate = prefix + "Pem"
        let present = prefix + "Present"
        let others = ["Present", "Sha256", "Serial-Number", "Issuer", "Subject", "Validity"].map { prefix + $0 }
        var definition = DialectDefinition(name: name, headers: [certificate] + others) {
            (fields) throws(ForwardingError) in
            guard !fields.isEmpty else { return nil }
            let leaf = try fields.certificate(certificate, .percentEncodedPEM)
            if let leaf { try fields.checkDigest(prefix + "Sha256", of: leaf) }
            let verdict = try ProxyVerdict.flag(present, in: fields) ? ProxyVerdict.verified : .absent
            return try verdict.certificates(
                leaf.map { [$0] },
                verdictHeader: present,
                certificateHeader: certificate,
                in: fields
            )
        }
        definition.scheme = .cloudFront
        return definition
    }

    /// Caddy: the DER in base64, and its fingerprint. Without a certificate, the fingerprint is the digest of no bytes.
    ///
    /// Without a certificate, old versions of Caddy leave the placeholders of its configuration unchanged.
    static func caddy(certificate: String, fingerprint: String) -> DialectDefinition {
        let digestOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        return DialectDefinition(name: "caddy", headers: [certificate, fingerprint]) {
            (fields) throws(ForwardingError) in
            let claimed = fields.textUnlessPlaceholder(fingerprint)
            guard fields.textUnlessPlaceholder(certificate) != nil,
                let leaf = try fields.certificate(certificate, .base64DER)
            else {
                guard claimed == nil || claimed == digestOfNothing else {
                    throw fields.malformed(certificate, "empty, though \(fingerprint) is that of a certificate")
                }
                return nil
            }
            guard claimed != nil else { throw fields.malformed(fingerprint, "missing beside a certificate") }
            try fields.checkDigest(fingerprint, of: leaf)
            return [leaf]
        }
    }
}

extension DialectFields {
    /// The value of a header. Nil also for a placeholder that Caddy did not replace.
    fileprivate func textUnlessPlaceholder(_ header: String) -> String? {
        text(header).flatMap { $0.hasPrefix("{http.request.tls.client.") && $0.hasSuffix("}") ? nil : $0 }
    }
}
