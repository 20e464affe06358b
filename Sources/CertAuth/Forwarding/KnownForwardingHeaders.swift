// SPDX-License-Identifier: Apache-2.0
// Every header in which some proxy forwards certificates: what no application sees, and no stranger may send.

/// Header names of all dialects, and of other software that speaks of client certificates.
enum KnownForwardingHeaders {
    /// Names that begin so, folded, belong to a family of headers about client certificates.
    private static let families = [
        "ssl-client-", "x-ssl-client-", "x-ssl-issuer", "x-client-cert", "x-forwarded-client-cert",
        "x-forwarded-tls-client-cert", "x-amzn-mtls-clientcert", "cloudfront-viewer-cert-", "cf-client-cert-",
        "x-arr-clientcert", "ms-aspnetcore-clientcert",
    ]

    private static let names: Set<FoldedName> = {
        let built = ForwardingDialect.builtIn.flatMap(\.headers)
        return Set((built + ["X-SSL", "X-SSL-CERT", "SSL-CERT"]).map { FoldedName($0) })
    }()

    static func contains(_ name: FoldedName) -> Bool {
        names.contains(name) || families.contains { name.description.hasPrefix($0) }
    }
}
