// SPDX-License-Identifier: Apache-2.0

extension UnverifiedDialect {
    /// AWS Application Load Balancer in passthrough mode: percent-encoded PEM of the whole chain.
    public static func awsALBPassthrough(header: String = "X-Amzn-Mtls-Clientcert") -> UnverifiedDialect {
        UnverifiedDialect(.chain("aws-alb-passthrough", header, .percentEncodedPEM))
    }

    /// AWS CloudFront with viewer mTLS in optional or passthrough mode.
    public static let cloudFront = UnverifiedDialect(.cloudFront(name: "cloudfront"))

    /// Azure App Service and Functions: base64 of the DER. App Service does not validate the chain.
    public static func azureAppService(header: String = "X-ARR-ClientCert") -> UnverifiedDialect {
        UnverifiedDialect(.single("azure-app-service", header, .base64DER))
    }

    /// Azure Container Apps, which use Envoy's header.
    public static let azureContainerApps = UnverifiedDialect(
        .xfcc("azure-container-apps", header: "X-Forwarded-Client-Cert")
    )

    /// Cloudflare's managed transform alone. It sets its headers for invalid certificates too.
    public static let cloudflare = UnverifiedDialect(
        DialectDefinition(name: "cloudflare-managed", headers: ["Cf-Client-Cert-Der-Base64", "Cf-Client-Cert-Sha256"]) {
            (fields) throws(ForwardingError) in
            guard let leaf = try fields.certificate("Cf-Client-Cert-Der-Base64", .base64DER) else { return nil }
            try fields.checkDigest("Cf-Client-Cert-Sha256", of: leaf)
            return [leaf]
        }
    )
}
