// SPDX-License-Identifier: Apache-2.0
// Why a listener cannot be made or started.

import NIOCore

/// Why a listener cannot be made or started.
public enum ListenerError: Error, Equatable, Sendable {
    /// A listener starts once.
    case alreadyStarted
    /// A listener that was started with TLS keeps it, and one without gets none.
    case notReloadable
    /// HTTP/2 is offered by ALPN, which needs TLS.
    case http2WithoutTLS
    /// An ALPN name that the listener does not speak, or is not told to offer.
    case applicationProtocolNotServed(String)
    /// `certificateHost` is no host.
    case certificateHostUnusable(String)
    /// A limit or timeout that must be positive is not.
    case notPositive(setting: String, found: Int)
    /// Certificates shall be forwarded, and nobody judges them.
    case forwardingWithoutAuthenticator
    /// A listener without TLS has an authenticator, but no forwarding that would bring it certificates.
    case authenticatorWithoutForwarding
    /// A proxy is to be known by its certificate on a listener without TLS.
    case proxyCertificateWithoutTLS
    /// A proxy is to be known by its certificate, but the handshake asks for none or judges it by the clients' policy.
    case proxyCertificateNeedsRequestValidation
}

extension ListenerError: CustomStringConvertible {
    /// What is wrong, what was found and what would be right.
    public var description: String {
        switch self {
        case .alreadyStarted: "the listener was started before: make a new one"
        case .notReloadable: "a listener with TLS cannot go on without it, or the other way round: start a new one"
        case .http2WithoutTLS: "HTTP/2 on a listener without TLS: leave it out, clients choose it by ALPN"
        case .applicationProtocolNotServed(let name):
            "ALPN protocol name '\(name)' is not served: expected http/1.1, and h2 where http2 offers it"
        case .certificateHostUnusable(let host):
            "certificateHost '\(host)' cannot be used: expected a host name, with a port where it is not 443"
        case .notPositive(let setting, let found): "\(setting) is \(found), expected more than zero"
        case .forwardingWithoutAuthenticator: "certificates are forwarded, but no authenticator judges them"
        case .authenticatorWithoutForwarding:
            "a listener without TLS gets no certificates: configure forwarding, or take the authenticator away"
        case .proxyCertificateWithoutTLS: "a proxy is known by its certificate, which needs a listener with TLS"
        case .proxyCertificateNeedsRequestValidation:
            "a proxy is known by its certificate: the listener needs mode allow or require, and validation .request"
        }
    }
}

extension HTTPSListenerLimits {
    func check() throws(ListenerError) {
        let values =
            [
                ("connections", connections), ("headerBytes", headerBytes), ("bodyBytes", bodyBytes + 1),
                ("delayedBodyBytes", delayedBodyBytes + 1),
                ("headerTimeout", Int(headerTimeout.nanoseconds)), ("bodyTimeout", Int(bodyTimeout.nanoseconds)),
                ("responseTimeout", Int(responseTimeout.nanoseconds)), ("idleTimeout", Int(idleTimeout.nanoseconds)),
                ("shutdownTimeout", Int(shutdownTimeout.nanoseconds)),
                ("idleShutdownTimeout", Int(idleShutdownTimeout.nanoseconds)),
            ] + http2.counts
        for (setting, value) in values where value <= 0 {
            throw .notPositive(setting: setting, found: value)
        }
    }
}
