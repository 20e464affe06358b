// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthHTTP
import CertAuthTLS

/// Translates the library's configuration errors into messages that name command-line flags.
package enum ConfigurationFailure {
    /// Returns the failure for an error from creating a listener.
    package static func failure(of error: any Error) -> CommandFailure {
        switch error {
        case let error as TLSConfigurationError: failure(error)
        case let error as ListenerError: failure(error)
        case let error as ConfigurationError: failure(error)
        default: .usage(DisplayText.escaped("\(error)", limit: 1024))
        }
    }

    private static func failure(_ error: TLSConfigurationError) -> CommandFailure {
        switch error {
        case .authorityNamesTooLong(let policy, let count, let bytes, let limit):
            let place = policy == "default" ? "" : " for the clients of \(DisplayText.escaped(policy))"
            return .usage(
                "the names of \(count) authorities\(place) have \(bytes) bytes, at most \(limit) can be sent with the request "
                    + "for a certificate: no handshake would succeed",
                hint: "give --ca-names none, or --ca-names FILE with the authorities to name"
            )
        case .identitiesAlike(let policy, let first, let second):
            let place = policy == "default" ? "" : " for the clients of \(DisplayText.escaped(policy))"
            return .usage(
                "two certificates\(place) have the same kind of key: \(first) and \(second)",
                hint: "give one --cert (or --sni-cert) of each kind, for instance RSA and an elliptic curve"
            )
        case .sessionCacheNeedsHandshake:
            return .usage(
                "--session-cache without --verify handshake: no session would be kept",
                hint: "give --verify handshake, or leave --session-cache out"
            )
        case .serverNameUnusable(let name):
            return .usage("server name \(named(name))", hint: "see --sni, --sni-cert and --sni-trust")
        case .serverNameTwice(let name):
            return .usage(
                "server name '\(DisplayText.escaped(name))' is given twice, in two spellings",
                hint: "leave one of them out"
            )
        case .defaultIsLooser(let field, let name):
            return .usage(
                "the policy for all other names is looser than that of '\(DisplayText.escaped(name))', or cannot be compared "
                    + "with it (\(words(field))): clients could avoid the stricter one by another name",
                hint: "leave --mode out, so that other names are refused, or give the same mode",
                "--insecurely-looser-default permits it"
            )
        case .ticketSecretTooShort(let found):
            return .usage(
                "--ticket-key: the file has \(found) bytes, expected at least 32",
                hint: "make one with: openssl rand -out F 32"
            )
        default: return .usage(DisplayText.escaped("\(error)", limit: 1024))
        }
    }

    private static func failure(_ error: ListenerError) -> CommandFailure {
        switch error {
        case .certificateHostUnusable(let host): .usage("--certificate-host \(named(host))")
        case .proxyCertificateWithoutTLS:
            .usage(
                "--trusted-proxy-cert has no meaning with --plain",
                hint: "name the proxy's network with --trusted-proxy"
            )
        case .proxyCertificateNeedsRequestValidation:
            .usage("--trusted-proxy-cert needs --mode allow or require, and --verify request")
        case .proxyAddressBehindLoadBalancer:
            .usage(
                "--trusted-proxy has no meaning with --proxy-protocol: all clients of a load balancer have its address",
                hint: "give --trusted-proxy-cert alone, or serve the proxies on another port"
            )
        case .http2WithoutTLS: .usage("--http2 has no meaning with --plain", hint: "leave it out")
        default: .usage(DisplayText.escaped("\(error)", limit: 1024))
        }
    }

    package static func failure(_ error: ConfigurationError) -> CommandFailure {
        switch error {
        case .unsupportedOpenSSL, .digestUnavailable: CommandFailure(.internalError, "\(error)")
        case .selfSignedWithoutPins:
            .usage("self-signed certificates are allowed, but none is named", hint: "give --pin SHA256HEX for each")
        case .pinsWithoutSelfSigned:
            .usage("--pin names self-signed certificates, but --types is chained", hint: "give --types all")
        case .weakPin(let pin):
            .usage("--pin \(DisplayText.escaped(pin)) is a SHA-1 digest, expected SHA-256, SHA-384 or SHA-512")
        case .tooManyAdditionalCertificates(let count, let limit):
            .usage("--intermediate: \(count) certificates, at most \(limit)")
        case .invalidLimit(name: "intermediates", let expected):
            .usage("--max-intermediates is out of range, expected \(expected)")
        default: .usage("\(error)")
        }
    }

    /// What is wrong with a host, after its flag.
    static func named(_ host: String) -> String {
        let shown = "'\(DisplayText.escaped(host))'"
        if host.contains("://") { return "\(shown) is a URL, expected only its host" }
        return "\(shown) cannot be used: expected a host name"
    }

    /// `minimumVersion` as `minimum version`.
    private static func words(_ property: String) -> String {
        property.map { $0.isUppercase ? " \($0.lowercased())" : "\($0)" }.joined()
    }
}
