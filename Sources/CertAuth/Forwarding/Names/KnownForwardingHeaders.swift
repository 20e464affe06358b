// SPDX-License-Identifier: Apache-2.0

/// The header names of all dialects, and of other software that describes client certificates. Applications never see
/// these headers, and untrusted peers may not send them.
enum KnownForwardingHeaders {
    /// Prefixes of folded names that belong to families of headers about client certificates, by their first
    /// characters.
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
