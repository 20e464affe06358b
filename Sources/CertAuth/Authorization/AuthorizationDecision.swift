// SPDX-License-Identifier: Apache-2.0
// What a policy says of a client.

/// Whether an authenticated client may go on.
public enum AuthorizationDecision: Sendable, Hashable {
    /// It may.
    case allowed
    /// It may not. The reason is for operators: it goes to the log, never to the client.
    case denied(reason: String)

    /// Whether it may.
    package var isAllowed: Bool { self == .allowed }
}
