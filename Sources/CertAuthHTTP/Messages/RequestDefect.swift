// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Why a request is refused before it reaches a route, in any version of HTTP.
enum RequestDefect: Error {
    case malformed
    case headerTooLarge
    case bodyTooLarge
    case expectationUnknown
    case tooSlow
    case methodNotServed
    case transferCodingUnknown
}

extension RequestDefect {
    var response: ListenerResponse {
        switch self {
        case .malformed:
            ProblemDocument.protocolRefusal(.badRequest, "malformed-request", "The request is malformed.")
        case .headerTooLarge:
            ProblemDocument.protocolRefusal(
                .requestHeaderFieldsTooLarge,
                "headers-too-large",
                "The request's header is too large."
            )
        case .bodyTooLarge:
            ProblemDocument.protocolRefusal(.contentTooLarge, "body-too-large", "The request's body is too large.")
        case .expectationUnknown:
            ProblemDocument.protocolRefusal(
                .expectationFailed,
                "expectation-unknown",
                "The request has an expectation that this server does not support."
            )
        case .tooSlow:
            ProblemDocument.protocolRefusal(
                .requestTimeout,
                "request-timeout",
                "The request did not arrive in time."
            )
        case .methodNotServed:
            ProblemDocument.protocolRefusal(
                .notImplemented,
                "method-not-served",
                "This server does not implement the method of the request."
            )
        case .transferCodingUnknown:
            ProblemDocument.protocolRefusal(
                .notImplemented,
                "transfer-coding-unknown",
                "This server implements no transfer coding except chunked."
            )
        }
    }
}
