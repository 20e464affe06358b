// SPDX-License-Identifier: Apache-2.0

/// The identifier of an application protocol in ALPN (RFC 7301).
public struct ALPNIdentifier: RawRepresentable, Sendable, Hashable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// The registered identifier, for instance `h2`.
    public let rawValue: String

    /// Creates an identifier. Unknown ones are kept.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Creates an identifier from a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// HTTP/1.1.
    public static let http1 = ALPNIdentifier(rawValue: "http/1.1")
    /// HTTP/2 over TLS.
    public static let http2 = ALPNIdentifier(rawValue: "h2")

    /// The identifier.
    public var description: String { rawValue }
}
