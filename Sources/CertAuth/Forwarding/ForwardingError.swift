// SPDX-License-Identifier: Apache-2.0
// Why a forwarded certificate is refused.

/// Why forwarding headers are refused: dialect, header, position and reason.
public struct ForwardingError: Error, Sendable, Hashable {
    /// `malformed`, `limit-exceeded`, `forwarding-untrusted`, `not-verified-by-proxy` or `forwarded-scheme`.
    public let code: FailureCode
    /// The configured dialect.
    package let dialect: String
    /// The header, as it was spelled in the request where that differs from the dialect's name.
    package let header: String
    /// The offset in the header's value, in bytes from 0; nil when it concerns the header as a whole.
    package let position: Int?
    /// What was found and what was expected; text of others in it is escaped and capped.
    package let reason: String

    init(_ code: FailureCode, dialect: String, header: String, position: Int? = nil, _ reason: String) {
        self.code = code
        self.dialect = dialect
        self.header = header
        self.position = position
        self.reason = reason
    }

    /// The refusal as every other refusal is reported.
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
