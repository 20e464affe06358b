// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
internal import NIOCore

/// What a server requires of its clients, and its limits on buffering and waiting.
struct ClientAdmissionSettings: Sendable {
    let demandsCertificate: Bool
    let handshakeTimeout: TimeAmount
    let heldBytes: Int
    let refusalGrace: TimeAmount
}
#endif
