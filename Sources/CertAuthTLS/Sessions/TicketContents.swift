// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The contents of a ticket, which are encrypted: the policy that admitted the client, when, and the client's chain.
struct TicketContents: Equatable {
    /// The maximum chain size in bytes. Longer chains get no ticket, because the client would send it in its
    /// ClientHello.
    static let chainLimit = 8 * 1024

    let policy: [UInt8]
    /// The time of the full handshake, unchanged by resumptions.
    let authenticatedAt: Int64
    let chain: [[UInt8]]

    /// - Returns: nil if the chain is empty or too long.
    init?(policy: [UInt8], authenticatedAt: Int64, chain: [[UInt8]]) {
        guard !chain.isEmpty, chain.reduce(0, { $0 + $1.count }) <= Self.chainLimit, policy.count == 32 else {
            return nil
        }
        self.policy = policy
        self.authenticatedAt = authenticatedAt
        self.chain = chain
    }

    /// Version, policy, time, then each certificate after its length.
    var bytes: [UInt8] {
        var bytes: [UInt8] = [1] + policy
        bytes += authenticatedAt.bigEndianBytes
        for certificate in chain {
            bytes += UInt32(certificate.count).bigEndianBytes
            bytes += certificate
        }
        return bytes
    }

    /// - Returns: nil for anything that `bytes` would not produce.
    init?(bytes: [UInt8]) {
        guard bytes.count > 41, bytes[0] == 1 else { return nil }
        let time = bytes[33..<41].reduce(0) { $0 << 8 | UInt64($1) }
        var rest = bytes[41...]
        var chain: [[UInt8]] = []
        while !rest.isEmpty {
            guard rest.count > 4 else { return nil }
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard count > 0, count <= rest.count else { return nil }
            chain.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        self.init(policy: Array(bytes[1..<33]), authenticatedAt: Int64(bitPattern: time), chain: chain)
    }

    /// The chain as if it were presented now. It is parsed only if its verdict is not cached.
    var presentedChain: PresentedChain? { PresentedChain(derEncoded: chain, source: .tls) }
}
