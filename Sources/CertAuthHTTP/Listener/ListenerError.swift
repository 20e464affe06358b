// SPDX-License-Identifier: Apache-2.0

import CertAuthTLS

/// Why a listener cannot be created, started or reloaded.
public enum ListenerError: Error, Equatable, Sendable {
    /// The listener was started before; it starts only once.
    case alreadyStarted
    /// The address cannot be bound. The listener does not listen at its other addresses either.
    case cannotListen(at: ListenerAddress, reason: String)
    /// A configuration or a reload turns TLS on or off.
    case notReloadable
    /// HTTP/2 is offered by ALPN, which needs TLS.
    case http2WithoutTLS
    /// The ALPN name is not supported by the listener, or `http2` does not offer it.
    case applicationProtocolNotServed(String)
    /// `certificateHost` is not a host.
    case certificateHostUnusable(String)
    /// A limit or timeout is not positive.
    case notPositive(setting: String, found: Int)
    /// Forwarding is configured, but there is no authenticator for the certificates.
    case forwardingWithoutAuthenticator
    /// A listener without TLS has an authenticator but no forwarding, so no certificates can arrive.
    case authenticatorWithoutForwarding
    /// A proxy is identified by its certificate on a listener without TLS.
    case proxyCertificateWithoutTLS
    /// A proxy is identified by its certificate, but the handshake does not ask for one or validates it by the clients'
    /// policy.
    case proxyCertificateNeedsRequestValidation
    /// A proxy is identified by its address or its user, but load balancers use the PROXY protocol. The peer of the socket
    /// is then the load balancer, for every client.
    case proxyAddressBehindLoadBalancer
}

extension ListenerError: CustomStringConvertible {
    /// What is wrong, what was found and what was expected.
    public var description: String {
        switch self {
        case .alreadyStarted: "the listener was already started: create a new one"
        case .cannotListen(let address, let reason): "cannot listen at \(address): \(reason)"
        case .notReloadable: "TLS cannot be turned on or off: start a new listener with another configuration"
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
        case .proxyAddressBehindLoadBalancer:
            "proxies are identified by address, but load balancers use the PROXY protocol, and all of their clients have the "
                + "same socket address: identify proxies by certificate alone, or serve them on another listener"
        }
    }
}

extension HTTPSListenerLimits {
    func check() throws(ListenerError) {
        let values =
            [
                ("connections", connections), ("headerBytes", headerBytes), ("bodyBytes", bodyBytes + 1),
                ("delayedBodyBytes", delayedBodyBytes + 1),
                ("headerTimeout", headerTimeout.clampedNanoseconds), ("bodyTimeout", bodyTimeout.clampedNanoseconds),
                ("responseTimeout", responseTimeout.clampedNanoseconds),
                ("idleTimeout", idleTimeout.clampedNanoseconds),
                // Zero is permitted.
                ("reloadSpread", reloadSpread == .zero ? 1 : reloadSpread.clampedNanoseconds),
                ("shutdownTimeout", shutdownTimeout.clampedNanoseconds),
                ("idleShutdownTimeout", idleShutdownTimeout.clampedNanoseconds),
            ] + http2.counts
        for (setting, value) in values where value <= 0 {
            throw .notPositive(setting: setting, found: value)
        }
    }
}
