// SPDX-License-Identifier: Apache-2.0

/// How a proxy states whether its client used HTTPS.
public enum ForwardedScheme: Sendable, Hashable {
    /// In this header, which is read by its exact name. A request is secure only if the value is `https` or `wss`.
    case header(String)
    /// Not stated: every request of a trusted proxy counts as HTTPS, even one that the proxy received on port 80.
    case insecurelyAssumedHTTPS

    /// `X-Forwarded-Proto`, which most proxies set.
    package static let xForwardedProto = ForwardedScheme.header("X-Forwarded-Proto")
}

extension ForwardedScheme {
    /// `CloudFront-Forwarded-Proto`: CloudFront removes `X-Forwarded-Proto` from requests to origins.
    package static let cloudFront = ForwardedScheme.header("CloudFront-Forwarded-Proto")

    /// Whether a value of the header means TLS; nil if it is not a known scheme.
    ///
    /// Proxies send `ws` and `wss` for requests that become WebSocket connections (RFC 6455 section 3).
    static func isSecure(_ value: String) -> Bool? {
        switch value.lowercased() {
        case "https", "wss": true
        case "http", "ws": false
        default: nil
        }
    }
}

/// How forwarding headers are handled if the peer is not a trusted proxy.
public enum UntrustedPeerPolicy: Sendable, Hashable {
    /// The request is refused with 400.
    case refuse
    /// The headers are removed, and the request is processed without them.
    case strip
}
