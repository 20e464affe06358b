// SPDX-License-Identifier: Apache-2.0

/// OCSPResponseStatus (RFC 6960 §4.2.1): whether a response contains an answer.
public enum OCSPResponseStatus: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The response contains an answer.
    case successful = 0
    /// The responder could not parse the request.
    case malformedRequest = 1
    /// The responder failed.
    case internalError = 2
    /// The responder is temporarily unable to answer.
    case tryLater = 3
    /// The request must be signed.
    case sigRequired = 5
    /// The responder does not answer this client, or does not know the certificate.
    case unauthorized = 6

    /// The name in RFC 6960.
    public var description: String {
        switch self {
        case .successful: "successful"
        case .malformedRequest: "malformedRequest"
        case .internalError: "internalError"
        case .tryLater: "tryLater"
        case .sigRequired: "sigRequired"
        case .unauthorized: "unauthorized"
        }
    }
}
