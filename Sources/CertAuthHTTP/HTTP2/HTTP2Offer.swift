// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS

/// Whether a listener offers HTTP/2 in addition to HTTP/1.1. Clients choose by ALPN.
public enum HTTP2Offer: String, Sendable, CaseIterable {
    /// HTTP/2 is not offered.
    case none
    /// Offered for every server name except those in mode `delayed`, which offer only HTTP/1.
    case exceptDelayed
    /// Offered to all clients. No certificate can be requested over HTTP/2 for names in mode `delayed`: a route that
    /// needs one answers at once with 403 `late-certificate-unsupported`, or redirects to `certificateHost`.
    case all
}

extension HTTP2Offer {
    /// The ALPN names of HTTP/1, which the server treats as one protocol: some clients that are told to use HTTP/1.0
    /// offer only `http/1.0`.
    fileprivate static let http1: [ALPNIdentifier] = [.http1, "http/1.0"]

    fileprivate func protocols(in mode: ClientCertificateMode) -> [ALPNIdentifier] {
        self == .all || (self == .exceptDelayed && mode != .delayed) ? [.http2] + Self.http1 : Self.http1
    }
}

extension TLSServerConfiguration {
    /// Sets the ALPN names of every server name that has none.
    ///
    /// - Throws: If a given name is a protocol that the listener does not support.
    mutating func offer(_ offer: HTTP2Offer) throws(ListenerError) {
        delayedModeTakesHTTP2 = offer == .all
        if applicationProtocols.isEmpty {
            applicationProtocols = offer.protocols(in: mode)
            for index in namedPolicies.indices where namedPolicies[index].applicationProtocols == nil {
                namedPolicies[index].applicationProtocols = offer.protocols(in: namedPolicies[index].mode ?? mode)
            }
        }
        let names = applicationProtocols + namedPolicies.flatMap { $0.applicationProtocols ?? [] }
        for name in names where !HTTP2Offer.http1.contains(name) && (name != .http2 || offer == .none) {
            throw .applicationProtocolNotServed(name.rawValue)
        }
    }
}
