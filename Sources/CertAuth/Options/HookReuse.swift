// SPDX-License-Identifier: Apache-2.0

/// How often `onCertificateValidated` runs.
public enum HookReuse: String, Sendable, Hashable, CaseIterable {
    /// At every request, also after a cache hit and on a resumed connection.
    case everyRequest
    /// Once for each verdict on a connection.
    case connection
    /// Once for each cached verdict, across connections. Requires a `policyIdentifier`.
    case cached
}
