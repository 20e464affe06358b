// SPDX-License-Identifier: Apache-2.0

/// A dialect that forwards a certificate without a statement about its verification.
///
/// The client proved possession of the private key to the proxy. CertAuth checks everything else.
public struct UnverifiedDialect: Sendable {
    let definition: DialectDefinition

    init(_ definition: DialectDefinition) { self.definition = definition }

    /// The dialect's name in errors, logs and cache keys.
    package var name: String { definition.name }

    /// All headers that the proxy must set or clear at every request.
    package var headers: [String] { definition.headers }
}
