// SPDX-License-Identifier: Apache-2.0
// Dialects by their names, for configuration files and command lines.

extension ForwardingDialect {
    /// Every dialect with its default headers.
    public static let builtIn: [ForwardingDialect] = [
        .verified(.nginx()), .unverified(.nginxPassthrough()), .verified(.nginxFolded()), .verified(.ingressNginx),
        .verified(.apache()), .verified(.haproxy()), .unverified(.envoy()), .unverified(.istio()),
        .unverified(.traefik()), .unverified(.caddy()), .verified(.awsALB()), .unverified(.awsALBPassthrough()),
        .verified(.cloudFrontRequired), .unverified(.cloudFront), .verified(.gcp()), .unverified(.azureAppService()),
        .unverified(.azureContainerApps), .verified(.azureApplicationGateway()), .verified(.cloudflare()),
        .unverified(.cloudflare), .unverified(.rfc9440()), .unverified(.aspnet()),
    ]

    /// The dialect of this name, with other headers where some are given.
    ///
    /// - Parameters:
    ///   - name: one of those of `builtIn`.
    ///   - headers: replace the dialect's own in the order of its `headers`, the certificate's first.
    /// - Returns: nil for an unknown name, and for more headers than can be replaced.
    package static func named(_ name: String, headers: [String] = []) -> ForwardingDialect? {
        guard let dialect = builtIn.first(where: { $0.name == name }) else { return nil }
        guard !headers.isEmpty else { return dialect }
        let all = headers + dialect.headers.dropFirst(headers.count)
        guard headers.count <= replaceable(name) else { return nil }
        return renamed(name, all)
    }

    private static func replaceable(_ name: String) -> Int {
        switch name {
        case "haproxy": 4
        case "nginx", "nginx-passthrough", "nginx-folded", "azure-application-gateway", "apache", "caddy", "rfc9440": 2
        case "envoy", "istio", "traefik", "aws-alb", "aws-alb-passthrough", "azure-app-service", "aspnet": 1
        default: 0
        }
    }

    private static func renamed(_ name: String, _ headers: [String]) -> ForwardingDialect? {
        let first = headers[0]
        switch name {
        case "haproxy":
            return .verified(
                .haproxy(certificate: first, verdict: headers[1], used: headers[2], chain: headers[3])
            )
        case "nginx": return .verified(.nginx(certificate: first, verdict: headers[1]))
        case "nginx-passthrough": return .unverified(.nginxPassthrough(certificate: first, verdict: headers[1]))
        case "nginx-folded": return .verified(.nginxFolded(certificate: first, verdict: headers[1]))
        case "azure-application-gateway":
            return .verified(.azureApplicationGateway(certificate: first, verdict: headers[1]))
        case "apache": return .verified(.apache(certificate: first, verdict: headers[1]))
        case "caddy": return .unverified(.caddy(certificate: first, fingerprint: headers[1]))
        case "rfc9440": return .unverified(.rfc9440(certificate: first, chain: headers[1]))
        case "envoy": return .unverified(.envoy(header: first))
        case "istio": return .unverified(.istio(header: first))
        case "traefik": return .unverified(.traefik(header: first))
        case "aws-alb": return .verified(.awsALB(certificate: first))
        case "aws-alb-passthrough": return .unverified(.awsALBPassthrough(header: first))
        case "azure-app-service": return .unverified(.azureAppService(header: first))
        case "aspnet": return .unverified(.aspnet(header: first))
        default: return nil
        }
    }
}
