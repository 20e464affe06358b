// SPDX-License-Identifier: Apache-2.0
// One dialect, of either kind.

/// A dialect, with or without the proxy's verdict.
public enum ForwardingDialect: Sendable {
    /// The proxy says that it verified the chain.
    case verified(VerifiedDialect)
    /// It does not.
    case unverified(UnverifiedDialect)

    /// The dialect's name in errors, logs and cache keys.
    public var name: String { definition.name }

    /// Every header the proxy must set or clear at every request.
    public var headers: [String] { definition.headers }

    /// The header in which the dialect's proxy tells the scheme by default.
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
