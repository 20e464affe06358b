// SPDX-License-Identifier: Apache-2.0

import CertAuth
import HTTPTypes

/// Why a request is refused before it reaches a route, in any version of HTTP.
enum RequestDefect: Error, Equatable {
    case malformed(MalformedRequest)
    case headerTooLarge
    case bodyTooLarge
    case expectationUnknown
    case tooSlow
    case methodNotServed
    case transferCodingUnknown
}

extension RequestDefect {
    /// What the log says.
    var reason: String {
        guard case .malformed(let violation) = self else { return refusal.detail }
        return violation.reason
    }

    /// The answer's status, code and sentence.
    var refusal: (status: HTTPResponse.Status, code: ProtocolCode, detail: String) {
        switch self {
        case .malformed: (.badRequest, .malformedRequest, "The request is malformed.")
        case .headerTooLarge:
            (.requestHeaderFieldsTooLarge, .headersTooLarge, "The request's header is too large.")
        case .bodyTooLarge: (.contentTooLarge, .bodyTooLarge, "The request's body is too large.")
        case .expectationUnknown:
            (
                .expectationFailed, .expectationUnknown,
                "The request has an expectation that this server does not support."
            )
        case .tooSlow: (.requestTimeout, .requestTimeout, "The request did not arrive in time.")
        case .methodNotServed:
            (.notImplemented, .methodNotServed, "This server does not implement the method of the request.")
        case .transferCodingUnknown:
            (
                .notImplemented, .transferCodingUnknown,
                "This server implements no transfer coding except chunked."
            )
        }
    }
}
