// SPDX-License-Identifier: Apache-2.0
// What the gate demands, and its bounds.

#if NIOSSL
internal import NIOCore

/// What the gate of a server demands of its clients, and how much it holds and waits for.
struct ClientAdmissionSettings: Sendable {
    let demandsCertificate: Bool
    let handshakeTimeout: TimeAmount
    let heldBytes: Int
    let refusalGrace: TimeAmount
}
#endif
