// SPDX-License-Identifier: Apache-2.0

/// What a route requires of its clients.
public enum AuthenticationRequirement: String, Sendable, CaseIterable {
    /// Clients are not authenticated.
    case anonymous
    /// Clients are authenticated. Those that fail continue as anonymous, with the failure visible to the handler.
    case optional
    /// Only authenticated clients reach the handler.
    case required
}
