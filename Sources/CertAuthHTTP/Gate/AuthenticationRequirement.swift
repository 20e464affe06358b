// SPDX-License-Identifier: Apache-2.0
// What a route demands of its clients.

/// What a route demands of its clients.
public enum AuthenticationRequirement: String, Sendable, CaseIterable {
    /// Nobody is authenticated.
    case anonymous
    /// Clients are authenticated; those who fail go on as anonymous, with the failure visible to the handler.
    case optional
    /// Only authenticated clients reach the handler.
    case required
}
