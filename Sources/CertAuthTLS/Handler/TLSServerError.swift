// SPDX-License-Identifier: Apache-2.0
// Why a TLS connection was not let in or did not end well.

public import CertAuth

/// Why a TLS connection was not let in or did not end well; fired through the pipeline as an error.
public enum TLSServerError: Error, Equatable, Sendable {
    /// The client's certificate was refused; `alert` is nil when the refusal came after the handshake's end.
    case certificateRefused(code: FailureCode, message: String, alert: String?)
    /// The client asked for a server name that has no policy, or for none where one is needed.
    case serverNameRefused(name: String?, alert: String?)
    /// The TLS protocol was not kept, or the two sides have nothing in common.
    case protocolFailure(reason: String, sentAlert: String?, receivedAlert: String?)
    /// The handshake or the validation was not over in time.
    case timedOut
    /// The client went away first.
    case endedByPeer
    /// The connection was cut without close_notify: what came last may be incomplete.
    case truncated
    /// Application data arrived between the request for a late certificate and its answer.
    case plaintextBeforeFinished
    /// More application data arrived during the validation than may be held.
    case tooMuchHeldData(limit: Int)
}

extension TLSServerError: CustomStringConvertible {
    /// The cause in one line.
    public var description: String {
        switch self {
        case .certificateRefused(let code, let message, let alert):
            "client certificate refused (\(code.rawValue)\(alert.map { ", alert \($0)" } ?? "")): \(message)"
        case .serverNameRefused(let name, _):
            name.map { "no policy for server name '\($0)'" } ?? "no server name where one is needed"
        case .protocolFailure(let reason, _, _): "TLS handshake failed: \(reason)"
        case .timedOut: "TLS handshake not over in time"
        case .endedByPeer: "connection ended by the peer during the TLS handshake"
        case .truncated: "connection cut without close_notify"
        case .plaintextBeforeFinished: "application data sent before the answer to the request for a certificate"
        case .tooMuchHeldData(let limit): "more than \(limit) bytes sent before the client was let in"
        }
    }

    /// A stable word for logs and metrics.
    public var code: String {
        switch self {
        case .certificateRefused(let code, _, _): code.rawValue
        case .serverNameRefused: "server-name-unknown"
        case .protocolFailure: "tls-protocol"
        case .timedOut: "handshake-timeout"
        case .endedByPeer: "ended-by-peer"
        case .truncated: "truncated"
        case .plaintextBeforeFinished: "plaintext-before-finished"
        case .tooMuchHeldData: "limit-exceeded"
        }
    }
}
