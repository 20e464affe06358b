// SPDX-License-Identifier: Apache-2.0
// The first bytes of a connection of a load balancer.

import CertAuthTesting

@testable import CertAuth

struct ProxyProtocolTarget: FuzzTarget {
    static let name = "proxy-protocol"
    static let longestInput = 5 * 1024
    static let words =
        [
            "PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "192.0.2.1 ", "2001:db8::1 ", "::ffff:192.0.2.1", "65535", "\r\n",
            "\r",
        ]
        .map { Array($0.utf8) }
        + [
            ProxyProtocolParser.signature, [0x21, 0x11], [0x20, 0x00], [0x21, 0x21], [3, 0, 4], [0x20, 0, 5],
            [0x10, 0],
        ]

    init(_ world: FuzzWorld) throws {}

    func seeds() throws -> [[UInt8]] {
        [
            ProxyProtocolBytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443"),
            ProxyProtocolBytes.line("TCP6 2001:db8::1 fd00::5 5000 8443"), ProxyProtocolBytes.line("UNKNOWN x"),
            ProxyProtocolBytes.block(family: 0x11, body: ProxyProtocolBytes.version4),
            ProxyProtocolBytes.block(family: 0x21, body: ProxyProtocolBytes.version6),
            ProxyProtocolBytes.block(0x20, family: 0, body: []),
            ProxyProtocolBytes.checked(ProxyProtocolBytes.extension(0x20, [7, 0, 0, 0, 0])),
        ]
    }

    func read(_ input: [UInt8]) {
        let whole = twice { outcome(of: [input]) }
        let pieces = input.map { [$0] }
        demand(outcome(of: pieces) == whole, "the outcome is the same byte by byte: \(whole)")
        switch whole {
        case .complete(_, let count):
            demand(count <= ProxyProtocolParser.longestHeader, "a header is within its limit")
            demand(outcome(of: [Array(input.prefix(count))]) == whole, "what follows a header changes nothing")
            demand(outcome(of: [Array(input.prefix(count - 1))]) == .incomplete, "a header ends with its last byte")
        case .incomplete: demand(input.count < ProxyProtocolParser.longestHeader, "no header is longer than its limit")
        case .refused: break
        }
    }

    /// The outcome, with the number of all bytes of the header.
    private func outcome(of pieces: [[UInt8]]) -> ProxyProtocolParser.Progress {
        var parser = ProxyProtocolParser()
        var before = 0
        for piece in pieces {
            switch parser.receive(piece) {
            case .incomplete: before += piece.count
            case .complete(let header, let count): return .complete(header, count: before + count)
            case .refused(let fault): return .refused(fault)
            }
        }
        return .incomplete
    }
}
