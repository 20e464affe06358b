// SPDX-License-Identifier: Apache-2.0
// Dialects in which nobody says that the certificate was verified.

/// A dialect that passes a certificate on without a word about it.
///
/// The key was proven to the proxy; everything else is for CertAuth to find out.
public struct UnverifiedDialect: Sendable {
    let definition: DialectDefinition

    init(_ definition: DialectDefinition) { self.definition = definition }

    /// The dialect's name in errors, logs and cache keys.
    package var name: String { definition.name }

    /// Every header the proxy must set or clear at every request.
    package var headers: [String] { definition.headers }
}
