// SPDX-License-Identifier: Apache-2.0

/// Why forwarding headers are refused: dialect, header, position and reason.
public struct ForwardingError: Error, Sendable, Hashable {
    /// `malformed`, `limit-exceeded`, `forwarding-untrusted`, `not-verified-by-proxy` or `forwarded-scheme`.
    public let code: FailureCode
    /// The configured dialect.
    package let dialect: String
    /// The header, with its spelling in the request if that differs from the dialect's name.
    package let header: String
    /// The offset in the header's value, in bytes from 0; nil if the error concerns the whole header.
    package let position: Int?
    /// What was found and what was expected. Text from the request is escaped and truncated.
    package let reason: String

    init(_ code: FailureCode, dialect: String, header: String, position: Int? = nil, _ reason: String) {
        self.code = code
        self.dialect = dialect
        self.header = header
        self.position = position
        self.reason = reason
    }

    /// The error as an authentication failure.
    package var failure: AuthenticationFailure { AuthenticationFailure(Finding(code, at: nil, text)) }

    private var text: String {
        let place = position.map { " at byte \($0)" } ?? ""
        return "dialect \(dialect), header \(DisplayText.escaped(header))\(place): \(reason)"
    }
}

extension ForwardingError: CustomStringConvertible {
    /// `malformed: dialect nginx, header X-SSL-Client-Cert at byte 31: …`
    public var description: String { "\(code): \(text)" }
}

extension DecodingFault {
    /// `limit-exceeded` for a value that exceeds a limit, otherwise `malformed`.
    var code: FailureCode { exceedsLimit ? .limitExceeded : .malformed }
}
