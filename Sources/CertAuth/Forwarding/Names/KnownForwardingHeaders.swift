// SPDX-License-Identifier: Apache-2.0
// The headers in which known proxies forward certificates: applications never see them, strangers may not send them.

/// Header names of all dialects, and of other software that describes client certificates.
enum KnownForwardingHeaders {
    /// Names that begin so, folded, belong to a family of headers about client certificates; by their heads.
    private static let families: [UInt32: [[UInt8]]] = Dictionary(
        grouping: [
            "ssl-client-", "x-ssl-client-", "x-ssl-issuer", "x-client-cert", "x-forwarded-client-cert",
            "x-forwarded-tls-client-cert", "x-amzn-mtls-clientcert", "cloudfront-viewer-cert-", "cf-client-cert-",
            "x-arr-clientcert", "ms-aspnetcore-clientcert",
        ].map { Array($0.utf8) },
        by: { FoldedName(String(decoding: $0, as: UTF8.self)).head }
    )

    private static let names: Set<FoldedName> = {
        let built = ForwardingDialect.builtIn.flatMap(\.headers)
        return Set((built + ["X-SSL", "X-SSL-CERT", "SSL-CERT"]).map { FoldedName($0) })
    }()

    /// The built-in dialects that a header belongs to.
    static func dialects(of name: FoldedName) -> [String] {
        ForwardingDialect.builtIn.filter { $0.definition.foldedHeaders.contains(name) }.map(\.name)
    }

    static func contains(_ name: FoldedName) -> Bool {
        if names.contains(name) { return true }
        return families[name.head]?.contains { name.hasPrefix($0) } ?? false
    }
}
