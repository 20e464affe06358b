// SPDX-License-Identifier: Apache-2.0
// To whom a listener offers HTTP/2, and the ALPN names that follow.

import CertAuth
import CertAuthTLS

/// To whom a listener offers HTTP/2 beside HTTP/1.1; clients choose by ALPN.
public enum HTTP2Offer: String, Sendable, CaseIterable {
    /// To nobody.
    case none
    /// To the clients of every name but those in mode `delayed`, which offer HTTP/1 alone.
    case exceptDelayed
    /// To all clients. Those of names in mode `delayed` can't be asked for a certificate over HTTP/2: a route that needs
    /// one answers at once with 403 `late-certificate-unsupported`, or sends them to `certificateHost`.
    case all
}

extension HTTP2Offer {
    /// The ALPN names of HTTP/1, which is one protocol to the server: some clients that are told to use HTTP/1.0 offer
    /// `http/1.0` alone.
    fileprivate static let http1: [ALPNIdentifier] = [.http1, "http/1.0"]

    fileprivate func protocols(in mode: ClientCertificateMode) -> [ALPNIdentifier] {
        self == .all || (self == .exceptDelayed && mode != .delayed) ? [.http2] + Self.http1 : Self.http1
    }
}

extension TLSServerConfiguration {
    /// Puts ALPN names where none are given, for every server name.
    ///
    /// - Throws: for a name that the listener would not speak.
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
