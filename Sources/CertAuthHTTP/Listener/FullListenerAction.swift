// SPDX-License-Identifier: Apache-2.0

/// What a listener does with further clients while `HTTPSListenerLimits.connections` connections are open.
public enum FullListenerAction: Sendable, Hashable {
    /// They are disconnected at once, before TLS: the connection is reset.
    case refuse
    /// They wait in the system's queue until other connections end. To a client it looks as if the server did not answer.
    case wait
}
