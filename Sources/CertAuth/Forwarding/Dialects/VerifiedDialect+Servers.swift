// SPDX-License-Identifier: Apache-2.0

extension VerifiedDialect {
    /// nginx: `$ssl_client_escaped_cert` and `$ssl_client_verify`.
    public static func nginx(
        certificate: String = "X-SSL-Client-Cert",
        verdict: String = "X-SSL-Client-Verify"
    ) -> VerifiedDialect {
        word("nginx", certificate, .percentEncodedPEM, verdict: verdict)
    }

    /// Old nginx: `$ssl_client_cert`, whose folded lines arrive separated by spaces or tabs.
    public static func nginxFolded(
        certificate: String = "X-SSL-Client-Cert",
        verdict: String = "X-SSL-Client-Verify"
    ) -> VerifiedDialect {
        word("nginx-folded", certificate, .spacedPEM, verdict: verdict)
    }

    /// Kubernetes ingress-nginx with `auth-tls-pass-certificate-to-upstream`.
    public static let ingressNginx = word(
        "ingress-nginx",
        "ssl-client-cert",
        .percentEncodedPEM,
        verdict: "ssl-client-verify",
        others: ["ssl-client-subject-dn", "ssl-client-issuer-dn"]
    )

    /// Azure Application Gateway v2: rewrite rules with `client_certificate` and `client_certificate_verification`.
    public static func azureApplicationGateway(
        certificate: String = "X-Client-Cert",
        verdict: String = "X-Client-Cert-Verification",
        encoding: CertificateEncoding = .spacedPEM
    ) -> VerifiedDialect {
        word("azure-application-gateway", certificate, encoding, verdict: verdict)
    }

    /// Apache httpd: `SSL_CLIENT_CERT`, `SSL_CLIENT_VERIFY`, and the first of `SSL_CLIENT_CERT_CHAIN_n`. An unset
    /// variable has the value `(null)`.
    public static func apache(
        certificate: String = "SSL_CLIENT_CERT",
        verdict: String = "SSL_CLIENT_VERIFY",
        chainPrefix: String = "SSL_CLIENT_CERT_CHAIN_"
    ) -> VerifiedDialect {
        VerifiedDialect(ApacheDialect(certificate: certificate, verdict: verdict, chainPrefix: chainPrefix).definition)
    }

    /// HAProxy: `ssl_c_der`, `ssl_c_chain_der`, `ssl_c_verify` and `ssl_c_used`.
    ///
    /// `ssl_c_verify` is also 0 without a certificate, so it has a meaning only together with `ssl_c_used`.
    public static func haproxy(
        certificate: String = "X-SSL-Client-Cert",
        verdict: String = "X-SSL-Client-Verify",
        used: String = "X-SSL-Client-Used",
        chain: String = "X-SSL-Client-Chain"
    ) -> VerifiedDialect {
        VerifiedDialect(
            HAProxyDialect(certificate: certificate, verdict: verdict, used: used, chain: chain).definition
        )
    }

    private static func word(
        _ name: String,
        _ certificate: String,
        _ encoding: CertificateEncoding,
        verdict: String,
        others: [String] = []
    ) -> VerifiedDialect {
        let headers = [certificate, verdict] + others
        return VerifiedDialect(
            DialectDefinition(name: name, headers: headers) { (fields) throws(ForwardingError) in
                guard !fields.isEmpty else { return nil }
                let found = try ProxyVerdict.word(verdict, in: fields)
                let leaf = try fields.certificate(certificate, encoding)
                return try found.certificates(
                    leaf.map { [$0] },
                    verdictHeader: verdict,
                    certificateHeader: certificate,
                    in: fields
                )
            }
        )
    }
}
