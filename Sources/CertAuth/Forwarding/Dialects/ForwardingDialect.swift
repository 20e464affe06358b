// SPDX-License-Identifier: Apache-2.0

/// A dialect, with or without the proxy's verdict.
public enum ForwardingDialect: Sendable {
    /// The proxy states that it verified the chain.
    case verified(VerifiedDialect)
    /// The proxy states nothing about verification.
    case unverified(UnverifiedDialect)

    /// The dialect's name in errors, logs and cache keys.
    public var name: String { definition.name }

    /// All headers that the proxy must set or clear at every request.
    public var headers: [String] { definition.headers }

    /// The header in which the dialect's proxy states the scheme by default.
    package var schemeHeader: String {
        if case .header(let name) = definition.scheme { name } else { "X-Forwarded-Proto" }
    }

    var definition: DialectDefinition {
        switch self {
        case .verified(let dialect): dialect.definition
        case .unverified(let dialect): dialect.definition
        }
    }
}
