// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuth
import CertAuthTLS
public import HummingbirdCore
public import HummingbirdHTTP2
import NIOCore

/// The versions of HTTP that a server supports, and their limits.
public struct ServedHTTP: Sendable {
    /// For HTTP/1.1, alone or in addition to HTTP/2.
    let http1: HTTP1Channel.Configuration
    /// Nil if HTTP/2 is not supported.
    let http2: HTTP2ChannelConfiguration?

    /// Only HTTP/1.1, with `boundedHTTP1`.
    public static var http1: ServedHTTP { .http1(boundedHTTP1) }

    /// HTTP/2 for clients that offer it by ALPN and HTTP/1.1 for all others, with `boundedHTTP2`.
    public static var http2Upgrade: ServedHTTP { .http2Upgrade(boundedHTTP2) }

    /// Only HTTP/1.1.
    public static func http1(_ configuration: HTTP1Channel.Configuration) -> ServedHTTP {
        ServedHTTP(http1: configuration, http2: nil)
    }

    /// HTTP/2 for clients that offer it by ALPN and HTTP/1.1 for all others.
    public static func http2Upgrade(_ configuration: HTTP2ChannelConfiguration) -> ServedHTTP {
        ServedHTTP(http1: configuration.streamConfiguration, http2: configuration)
    }

    /// The limits of `HTTPSListener` that Hummingbird supports: 16 KiB of header fields; 60 s until the next request
    /// arrives, and between two parts of a request.
    public static var boundedHTTP1: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 16 * 1024)
        )
    }

    /// The same limits for HTTP/2, where SwiftNIO itself limits the header, with 10 s for streams in progress at a
    /// shutdown.
    public static var boundedHTTP2: HTTP2ChannelConfiguration {
        HTTP2ChannelConfiguration(
            idleTimeout: .seconds(60),
            gracefulCloseTimeout: .seconds(10),
            streamConfiguration: boundedHTTP1
        )
    }

    private var protocols: [ALPNIdentifier] { http2 == nil ? Self.http1Names : [.http2] + Self.http1Names }

    /// Both names select the same decoder: some clients that are told to use HTTP/1.0 offer only `http/1.0`.
    private static let http1Names: [ALPNIdentifier] = [.http1, "http/1.0"]

    /// The configuration with ALPN names wherever it has none: all supported protocols, and only HTTP/1 in mode
    /// `delayed`.
    ///
    /// - Throws: `CertAuthServerError.protocolNotServed` for a protocol that is not supported.
    func offered(by configuration: TLSServerConfiguration) throws(CertAuthServerError) -> TLSServerConfiguration {
        var offered = configuration
        if configuration.applicationProtocols.isEmpty {
            offered.applicationProtocols = protocols(in: configuration.mode)
            for index in offered.namedPolicies.indices where offered.namedPolicies[index].applicationProtocols == nil {
                let mode = offered.namedPolicies[index].mode ?? configuration.mode
                offered.namedPolicies[index].applicationProtocols = protocols(in: mode)
            }
        }
        let names = offered.applicationProtocols + offered.namedPolicies.flatMap { $0.applicationProtocols ?? [] }
        for name in names where !protocols.contains(name) {
            throw .protocolNotServed(name: name.rawValue, served: protocols.map(\.rawValue))
        }
        return offered
    }

    private func protocols(in mode: ClientCertificateMode) -> [ALPNIdentifier] {
        mode == .delayed ? Self.http1Names : protocols
    }
}
#endif
