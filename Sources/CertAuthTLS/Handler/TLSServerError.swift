// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// Why a TLS client was not admitted, or its connection did not end cleanly. Fired through the pipeline as an error.
public enum TLSServerError: Error, Equatable, Sendable {
    /// The client's certificate was refused. `alert` is nil if the refusal came after the end of the handshake.
    case certificateRefused(code: FailureCode, message: String, alert: String?)
    /// The client requested a server name without a policy, or no name although one is required.
    case serverNameRefused(name: String?, alert: String?)
    /// The PROXY protocol is required, and the peer is not a named load balancer, or its header is missing, malformed or
    /// late. `code` is a word of Docs/Refusals.md.
    case proxyHeaderRefused(code: String, reason: String)
    /// The client violated the TLS protocol, or the two sides have nothing in common.
    case protocolFailure(reason: String, sentAlert: String?, receivedAlert: String?)
    /// The handshake or the validation did not complete in time.
    case timedOut
    /// The client closed the connection first.
    case endedByPeer
    /// The connection was closed without close_notify, so the last data may be incomplete.
    case truncated
    /// Application data arrived between the request for a late certificate and its answer.
    case plaintextBeforeFinished
    /// More application data arrived during the validation than may be buffered.
    case tooMuchHeldData(limit: Int)
}

extension TLSServerError: CustomStringConvertible {
    /// The cause in one line.
    public var description: String {
        switch self {
        case .certificateRefused(let code, let message, let alert):
            "client certificate refused (\(code.rawValue)\(alert.map { ", alert \($0)" } ?? "")): \(message)"
        case .serverNameRefused(let name, _):
            name.map { "no policy for server name '\($0)'" } ?? "no server name, although one is required"
        case .proxyHeaderRefused(_, let reason): reason
        case .protocolFailure(let reason, _, _): "TLS handshake failed: \(reason)"
        case .timedOut: "TLS handshake not complete in time"
        case .endedByPeer: "connection ended by the peer during the TLS handshake"
        case .truncated: "connection closed without close_notify"
        case .plaintextBeforeFinished: "application data sent before the answer to the request for a certificate"
        case .tooMuchHeldData(let limit): "more than \(limit) bytes sent before the client was accepted"
        }
    }

    /// A stable word for logs and metrics.
    package var code: String {
        switch self {
        case .certificateRefused(let code, _, _): code.rawValue
        case .serverNameRefused: ProtocolCode.serverNameUnknown.rawValue
        case .proxyHeaderRefused(let code, _): code
        case .protocolFailure: ProtocolCode.tlsProtocol.rawValue
        case .timedOut: ProtocolCode.handshakeTimeout.rawValue
        case .endedByPeer: ProtocolCode.endedByPeer.rawValue
        case .truncated: ProtocolCode.truncated.rawValue
        case .plaintextBeforeFinished: ProtocolCode.plaintextBeforeFinished.rawValue
        case .tooMuchHeldData: FailureCode.limitExceeded.rawValue
        }
    }
}
