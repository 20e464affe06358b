// SPDX-License-Identifier: Apache-2.0
// How a proxy says whether its client came over HTTPS.

/// Where the scheme of a forwarded request is read.
public enum ForwardedScheme: Sendable, Hashable {
    /// In this header, read by its exact name; a request is secure only if its value is `https` or `wss`.
    case header(String)
    /// Nowhere: every request of a trusted proxy counts as HTTPS, even one that came in over its port 80.
    case insecurelyAssumedHTTPS

    /// `X-Forwarded-Proto`, which most proxies set.
    public static let xForwardedProto = ForwardedScheme.header("X-Forwarded-Proto")
}

extension ForwardedScheme {
    /// `CloudFront-Forwarded-Proto`: CloudFront removes `X-Forwarded-Proto` from requests to origins.
    public static let cloudFront = ForwardedScheme.header("CloudFront-Forwarded-Proto")

    /// Whether a value of the header names TLS; nil for a value that is no such scheme.
    ///
    /// Proxies name `ws` and `wss` for requests that become WebSocket connections (RFC 6455 section 3).
    static func isSecure(_ value: String) -> Bool? {
        switch value.lowercased() {
        case "https", "wss": true
        case "http", "ws": false
        default: nil
        }
    }
}

/// What becomes of forwarding headers that someone else than a trusted proxy sends.
public enum UntrustedPeerPolicy: Sendable, Hashable {
    /// The request is answered 400.
    case refuse
    /// The headers are removed, and the request goes on without them.
    case strip
}
