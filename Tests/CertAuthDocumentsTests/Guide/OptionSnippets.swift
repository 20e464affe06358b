// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthHTTP

/// The Guide's options and their parts.
enum OptionSnippets {
    static func chained(pki: String) throws -> CertificateAuthenticationOptions {
        // snippet of Guide.md
        let anchors = try TrustStore(files: ["\(pki)/root.pem"])
        var options = CertificateAuthenticationOptions(trust: .custom(anchors))
        options.additionalChainCertificates = try Certificate.load(file: "\(pki)/intermediate.pem")
        options.requiresExtendedKeyUsage = true
        options.revocationFlag = .entireChain
        // end of snippet
        return options
    }

    static func selfSigned(digest: String) throws -> CertificateAuthenticator {
        // snippet of Guide.md
        guard let thumbprint = Thumbprint(hexadecimal: digest) else { throw BadThumbprint(text: digest) }
        var options = CertificateAuthenticationOptions(trust: .noAnchors)
        options.allowedCertificateTypes = .selfSigned
        options.selfSignedPins = [.certificate(thumbprint)]
        return try CertificateAuthenticator(options: options)
        // end of snippet
    }

    static func online(options: CertificateAuthenticationOptions) throws -> CertificateAuthenticator {
        // snippet of Guide.md
        var policy = RevocationFetchPolicy()
        policy.allowedHosts = ["crl.internal.example"]
        let gatherer = RevocationGatherer(fetcher: NIORevocationFetcher(policy: policy))
        return try CertificateAuthenticator(options: options, revocationGatherer: gatherer)
        // end of snippet
    }

    struct BadThumbprint: Error { let text: String }
}
