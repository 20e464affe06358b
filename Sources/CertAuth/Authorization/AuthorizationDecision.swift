// SPDX-License-Identifier: Apache-2.0

/// Whether an authenticated client is admitted.
public enum AuthorizationDecision: Sendable, Hashable {
    /// The client is admitted.
    case allowed
    /// The client is not admitted. The reason is for operators: it is logged and never sent to the client.
    case denied(reason: String)

    /// Whether the client is admitted.
    package var isAllowed: Bool { self == .allowed }
}
