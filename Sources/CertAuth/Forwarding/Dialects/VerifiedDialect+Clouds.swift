// SPDX-License-Identifier: Apache-2.0

extension VerifiedDialect {
    /// AWS Application Load Balancer in verify mode: it refuses clients whose certificate it cannot verify.
    ///
    /// Its percent-encoding does not escape `+`, `=` and `/`.
    public static func awsALB(certificate: String = "X-Amzn-Mtls-Clientcert-Leaf") -> VerifiedDialect {
        let others = ["Serial-Number", "Issuer", "Subject", "Validity"].map { "X-Amzn-Mtls-Clientcert-\($0)" }
        return VerifiedDialect(.single("aws-alb", certificate, .percentEncodedPEM, others: others))
    }

    /// AWS CloudFront with viewer mTLS in required mode.
    public static let cloudFrontRequired = VerifiedDialect(.cloudFront(name: "cloudfront-required"))

    /// Google Cloud load balancers, with the variables `client_cert_…` in headers with this prefix: `Present`,
    /// `Chain-Verified`, `Error`, `Leaf`, `Chain`.
    ///
    /// A value that exceeds Google's limits arrives empty and is refused.
    public static func gcp(prefix: String = "X-Client-Cert-") -> VerifiedDialect {
        let present = prefix + "Present"
        let verified = prefix + "Chain-Verified"
        let problem = prefix + "Error"
        let leafHeader = prefix + "Leaf"
        let chain = prefix + "Chain"
        let headers = [leafHeader, chain, present, verified, problem]
        let definition = DialectDefinition(name: "gcp", headers: headers) { (fields) throws(ForwardingError) in
            guard !fields.isEmpty else { return nil }
            let leaf = try fields.byteSequence(leafHeader)
            guard try ProxyVerdict.flag(present, in: fields) else {
                return try ProxyVerdict.absent.certificates(
                    leaf.map { [$0] },
                    verdictHeader: present,
                    certificateHeader: leafHeader,
                    in: fields
                )
            }
            if let text = fields.text(problem) {
                throw fields.unverified(problem, text)
            }
            guard try ProxyVerdict.flag(verified, in: fields) else {
                throw fields.unverified(verified, "chain not verified")
            }
            let issuers = try fields.byteSequences(chain)
            return try ProxyVerdict.verified.certificates(
                leaf.map { [$0] + issuers },
                verdictHeader: present,
                certificateHeader: leafHeader,
                in: fields
            )
        }
        return VerifiedDialect(definition)
    }

    /// Cloudflare: the managed transform's `Cf-Client-Cert-Der-Base64`, and `cf.tls_client_auth.cert_verified` and
    /// `cert_revoked` in separate headers. These are needed because Cloudflare sets the first for invalid certificates
    /// too, and reports revoked ones as verified.
    public static func cloudflare(
        verified: String = "Cf-Client-Cert-Verified",
        revoked: String = "Cf-Client-Cert-Revoked"
    ) -> VerifiedDialect {
        let certificate = "Cf-Client-Cert-Der-Base64"
        let digest = "Cf-Client-Cert-Sha256"
        let headers = [certificate, digest, verified, revoked]
        return VerifiedDialect(
            DialectDefinition(name: "cloudflare", headers: headers) { (fields) throws(ForwardingError) in
                guard !fields.isEmpty else { return nil }
                guard let leaf = try fields.certificate(certificate, .base64DER) else {
                    let isPromised = fields.text(verified) == nil ? false : try ProxyVerdict.flag(verified, in: fields)
                    guard !isPromised else {
                        throw fields.malformed(
                            certificate,
                            "empty, though \(verified) says that there is a certificate"
                        )
                    }
                    return nil
                }
                try fields.checkDigest(digest, of: leaf)
                guard try ProxyVerdict.flag(verified, in: fields) else {
                    throw fields.unverified(verified, "certificate not verified")
                }
                guard try !ProxyVerdict.flag(revoked, in: fields) else {
                    throw fields.unverified(revoked, "certificate revoked")
                }
                return [leaf]
            }
        )
    }
}
