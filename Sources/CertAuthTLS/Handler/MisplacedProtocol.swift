// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Another protocol than the expected one, recognized by the first bytes of a connection.
package enum MisplacedProtocol: Sendable, Equatable {
    /// HAProxy's PROXY protocol, version 1 or 2, which a load balancer sends before the client's bytes.
    case proxy
    /// A TLS handshake.
    case tls

    /// The number of bytes that are needed.
    package static let byteCount = 12

    /// Nil if the bytes begin neither of them.
    ///
    /// - Source: the PROXY protocol, sections 2.1 and 2.2; RFC 8446 section 5.1.
    package init?(opening: some Collection<UInt8>) {
        if opening.starts(with: ProxyProtocolParser.lineStart) || opening.starts(with: ProxyProtocolParser.signature) {
            self = .proxy
        } else if opening.starts(with: [0x16, 0x03]) {
            self = .tls
        } else {
            return nil
        }
    }

    /// The same for a header that follows that of a named load balancer. A client may have sent it, so the advice does
    /// not concern the load balancer's own header.
    static let secondProxyHeader = """
        a second header of the PROXY protocol follows that of the load balancer; expected: a TLS handshake; the client \
        sent it, or another load balancer in front of the named one: switch the PROXY protocol off in that one, or have \
        the named one accept it from that address only
        """

    /// What was found, what was expected, and what to do, on a port that expects `expected`.
    package func sentence(expected: String) -> String {
        switch self {
        case .proxy:
            "the peer sent a header of the PROXY protocol; expected: \(expected); switch the PROXY protocol off in the "
                + "load balancer (HAProxy: send-proxy, send-proxy-v2; nginx: proxy_protocol)"
        case .tls:
            "the peer sent a TLS handshake to a port without TLS; expected: \(expected); use http in the client's URL, "
                + "or serve TLS on this port"
        }
    }
}
