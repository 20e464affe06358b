// SPDX-License-Identifier: Apache-2.0
// What a responder says before it says anything.

/// OCSPResponseStatus (RFC 6960 §4.2.1).
public enum OCSPResponseStatus: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// An answer follows.
    case successful = 0
    /// The request could not be read.
    case malformedRequest = 1
    /// The responder is out of order.
    case internalError = 2
    /// Not now.
    case tryLater = 3
    /// The request must be signed.
    case sigRequired = 5
    /// The responder does not answer this client, or does not know the certificate.
    case unauthorized = 6

    /// The word of RFC 6960.
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
