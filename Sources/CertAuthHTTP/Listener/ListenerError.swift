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
        case .alreadyStarted: "the listener was already started: create a new one"
        case .notReloadable: "a reload cannot turn TLS on or off: start a new listener"
        case .http2WithoutTLS: "HTTP/2 on a listener without TLS: leave it out, because clients choose it by ALPN"
        case .applicationProtocolNotServed(let name):
            "ALPN protocol name '\(name)' is not served: expected http/1.1, and h2 only if http2 offers it"
        case .certificateHostUnusable(let host):
            "certificateHost '\(host)' cannot be used: expected a host name, with a port if it is not 443"
        case .notPositive(let setting, let found): "\(setting) is \(found), expected more than zero"
        case .forwardingWithoutAuthenticator: "certificates are forwarded, but there is no authenticator: set one"
        case .authenticatorWithoutForwarding:
            "a listener without TLS receives no certificates: configure forwarding, or remove the authenticator"
        case .proxyCertificateWithoutTLS: "a proxy is identified by its certificate, which needs a listener with TLS"
        case .proxyCertificateNeedsRequestValidation:
            "a proxy is identified by its certificate: the listener needs mode allow or require, and validation .request"
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
