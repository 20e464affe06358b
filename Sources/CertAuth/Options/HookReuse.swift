// SPDX-License-Identifier: Apache-2.0
// How long the decision of onCertificateValidated holds.

/// How often `onCertificateValidated` runs.
public enum HookReuse: String, Sendable, Hashable, CaseIterable {
    /// At every request, also after a cache hit and on a resumed connection.
    case everyRequest
    /// Once a connection and verdict.
    case connection
    /// Once a verdict in the cache, whatever the connection; demands a `policyIdentifier`.
    case cached
}
