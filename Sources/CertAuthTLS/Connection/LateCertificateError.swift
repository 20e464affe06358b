// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Why a client could not be asked for its certificate after the handshake, or did not answer.
public enum LateCertificateError: Error, Equatable, Sendable {
    /// The client did not offer post-handshake authentication (TLS 1.3) or secure renegotiation (TLS 1.2), or it
    /// refused to renegotiate. Redirect it to a host in mode `require` instead.
    case unsupportedByClient
    /// The connection uses HTTP/2, which forbids late certificate requests (RFC 8740, RFC 9113 section 9.2.1). Redirect
    /// the client to a host in mode `require` instead.
    case forbiddenByHTTP2
    /// The client sent further bytes before this request was answered, which would mix with its answer.
    case pipelined
    /// A certificate request is already pending on the connection.
    case alreadyAsking
    /// No answer arrived in time. The connection ends with this request.
    case timedOut
    /// The connection ended before the client's answer was complete and verified.
    case connectionEnded
    /// The configuration was reloaded during the request, and the new policy of the server name would not have accepted
    /// the connection.
    case policyReplaced
    /// OpenSSL could not send the request.
    case refusedByOpenSSL(reason: String)
}

extension LateCertificateError: CustomStringConvertible {
    /// The cause in one line.
    public var description: String {
        switch self {
        case .unsupportedByClient:
            "no certificate can be requested from the client on an open connection: "
                + "it offered no post-handshake authentication or secure renegotiation"
        case .forbiddenByHTTP2: "HTTP/2 forbids requesting a client certificate on an open connection"
        case .pipelined: "the client sent further bytes before its request was answered"
        case .alreadyAsking: "a certificate request to the client is already pending"
        case .timedOut: "the client did not answer the request for its certificate in time"
        case .connectionEnded: "the connection ended before the client's certificate was verified"
        case .policyReplaced:
            "a reload during the certificate request replaced the policy by one under which this connection "
                + "could not have been opened"
        case .refusedByOpenSSL(let reason): "no certificate could be requested from the client: \(reason)"
        }
    }

    /// A stable word for logs, metrics and problem documents.
    package var code: String {
        switch self {
        case .unsupportedByClient, .forbiddenByHTTP2: ProtocolCode.lateCertificateUnsupported.rawValue
        case .pipelined: ProtocolCode.lateCertificatePipelined.rawValue
        case .alreadyAsking: ProtocolCode.lateCertificatePending.rawValue
        case .timedOut: ProtocolCode.lateCertificateTimeout.rawValue
        case .connectionEnded: ProtocolCode.lateCertificateEnded.rawValue
        case .policyReplaced: ProtocolCode.misdirectedRequest.rawValue
        case .refusedByOpenSSL: FailureCode.internalError.rawValue
        }
    }
}
