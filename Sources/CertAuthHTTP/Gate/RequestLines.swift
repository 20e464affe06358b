// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import Logging

/// Logs refusals that no authenticator decides, within a limit for each code. A flood of one code hides no other.
package final class RequestLines: Sendable {
    private let limiter = LineLimiter(reserved: Set(ProtocolCode.allCases.map(\.rawValue)))

    package init() {}

    /// Writes one line about a refused request; beyond the limit for its code, at debug level.
    package func refused(
        _ code: String,
        _ reason: String,
        _ identifier: DecisionIdentifier,
        _ facts: ConnectionFacts?,
        level: Logger.Level = .info,
        to logger: Logger
    ) {
        let suppressed = limiter.suppressedBefore(code)
        logger.log(
            level: suppressed == nil ? .debug : level,
            "request refused",
            metadata: LogMetadata(.code, code).with(.reason, reason).with(.identifier, identifier)
                .from(facts).suppressing(suppressed).values
        )
    }

    /// Writes one line about a client of a connection without an authenticator, like an authenticator's line.
    package func refused(_ failure: AuthenticationFailure, _ facts: ConnectionFacts, to logger: Logger) {
        let suppressed = limiter.suppressedBefore(failure.code.description)
        logger.log(
            level: suppressed == nil ? .debug : .notice,
            "client refused",
            metadata: LogMetadata(.code, failure.code).describing(failure)
                .from(facts).suppressing(suppressed).values
        )
    }

    /// Writes one line about an error that the application's handler threw.
    func handlerFailed(
        _ error: any Error,
        _ method: String,
        _ identifier: DecisionIdentifier,
        _ facts: ConnectionFacts,
        to logger: Logger
    ) {
        let suppressed = limiter.suppressedBefore("handler")
        logger.log(
            level: suppressed == nil ? .debug : .error,
            "request handler failed",
            metadata: LogMetadata(.code, FailureCode.internalError).with(.identifier, identifier)
                .with(.error, DisplayText.escaped(String(describing: error)))
                .with(.method, DisplayText.escaped(method, limit: 32))
                .from(facts).suppressing(suppressed).values
        )
    }

    /// Writes one line about an HTTP/2 connection that ends because of the peer's behaviour.
    func connectionEnded(_ code: ProtocolCode, _ reason: String, _ facts: ConnectionFacts?, to logger: Logger) {
        let suppressed = limiter.suppressedBefore(code.rawValue)
        logger.log(
            level: suppressed == nil ? .debug : .info,
            "HTTP/2 connection ended",
            metadata: LogMetadata(.code, code.rawValue).with(.reason, reason).with(.identifier, DecisionIdentifier())
                .from(facts).suppressing(suppressed).values
        )
    }
}
