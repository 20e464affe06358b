// SPDX-License-Identifier: Apache-2.0
// Headers of the PROXY protocol: what each is read as, both sides of each limit, every cut, and damaged ones.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class ProxyProtocolParserTests: XCTestCase {
    private typealias Bytes = ProxyProtocolBytes

    private func read(_ bytes: [UInt8]) -> ProxyProtocolParser.Progress {
        var parser = ProxyProtocolParser()
        return parser.receive(bytes)
    }

    private func client(_ text: String, _ port: UInt16) throws -> ProxyProtocolHeader {
        .client(try XCTUnwrap(IPAddress(text)), port: port)
    }

    private func assert(
        _ bytes: [UInt8],
        is header: ProxyProtocolHeader,
        file: StaticString = #filePath,
        line: UInt = #line
    ) {
        XCTAssertEqual(read(bytes), .complete(header, count: bytes.count), file: file, line: line)
        // What follows belongs to the next protocol.
        XCTAssertEqual(read(bytes + [0x16, 3, 1]), .complete(header, count: bytes.count), file: file, line: line)
        XCTAssertEqual(read(bytes.dropLast()), .incomplete, file: file, line: line)
    }

    private func assert(
        _ bytes: [UInt8],
        isRefused fault: ProxyProtocolFault,
        file: StaticString = #filePath,
        line: UInt = #line
    ) {
        XCTAssertEqual(read(bytes), .refused(fault), file: file, line: line)
    }

    // MARK: Version 1

    func test_lines_state_the_client() throws {
        assert(Bytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443"), is: try client("192.0.2.1", 5000))
        assert(Bytes.line("TCP4 255.255.255.255 255.255.255.255 65535 65535"), is: try client("255.255.255.255", 65535))
        assert(Bytes.line("TCP4 0.0.0.0 0.0.0.0 0 0"), is: try client("0.0.0.0", 0))
        assert(Bytes.line("TCP6 2001:db8::1 fd00::5 5000 8443"), is: try client("2001:db8::1", 5000))
        assert(Bytes.line("TCP6 2001:DB8:0:0:0:0:0:1 ::1 1 2"), is: try client("2001:db8::1", 1))
        assert(Bytes.line("TCP6 ::ffff:192.0.2.1 ::ffff:10.0.0.5 1 2"), is: try client("192.0.2.1", 1))
    }

    func test_lines_without_a_client_state_none_whatever_follows() {
        assert(Bytes.line("UNKNOWN"), is: .noClient)
        assert(Bytes.line("UNKNOWN "), is: .noClient)
        assert(Bytes.line("UNKNOWN ffff::1 ffff::2 65535 65535"), is: .noClient)
        assert(Bytes.line("UNKNOWN 10.0.0.5 x y z  ~"), is: .noClient)
    }

    func test_lines_that_violate_the_grammar_are_refused_with_the_wrong_part() {
        let cases: [(String, ProxyProtocolFault.LinePart)] = [
            ("", .family), ("TCP5 192.0.2.1 10.0.0.5 1 2", .family), ("tcp4 192.0.2.1 10.0.0.5 1 2", .family),
            ("UDP4 192.0.2.1 10.0.0.5 1 2", .family), ("UNKNOWNX", .family), ("unknown", .family),
            (" TCP4 192.0.2.1 10.0.0.5 1 2", .family), ("TCP4", .fieldCount),
            ("TCP4 192.0.2.1 10.0.0.5 1", .fieldCount),
            ("TCP4 192.0.2.1 10.0.0.5 1 2 3", .fieldCount), ("TCP4 192.0.2.1 10.0.0.5 1 2 ", .fieldCount),
            ("TCP4  192.0.2.1 10.0.0.5 1 2", .fieldCount), ("TCP4 192.0.2.1  10.0.0.5 1", .destinationAddress),
            ("TCP4 192.0.2.01 10.0.0.5 1 2", .sourceAddress), ("TCP4 192.0.2.256 10.0.0.5 1 2", .sourceAddress),
            ("TCP4 192.0.2 10.0.0.5 1 2", .sourceAddress), ("TCP4 2001:db8::1 10.0.0.5 1 2", .sourceAddress),
            ("TCP4 ::ffff:192.0.2.1 10.0.0.5 1 2", .sourceAddress), ("TCP6 192.0.2.1 ::1 1 2", .sourceAddress),
            ("TCP6 [::1] ::1 1 2", .sourceAddress), ("TCP6 fe80::1%lo ::1 1 2", .sourceAddress),
            ("TCP4 192.0.2.1 10.0.0.500 1 2", .destinationAddress), ("TCP6 ::1 10.0.0.5 1 2", .destinationAddress),
            ("TCP4 192.0.2.1 10.0.0.5 01 2", .sourcePort), ("TCP4 192.0.2.1 10.0.0.5 65536 2", .sourcePort),
            ("TCP4 192.0.2.1 10.0.0.5 +1 2", .sourcePort), ("TCP4 192.0.2.1 10.0.0.5 -1 2", .sourcePort),
            ("TCP4 192.0.2.1 10.0.0.5  2", .sourcePort), ("TCP4 192.0.2.1 10.0.0.5 0x1 2", .sourcePort),
            ("TCP4 192.0.2.1 10.0.0.5 1 02", .destinationPort), ("TCP4 192.0.2.1 10.0.0.5 1 65536", .destinationPort),
            ("TCP4 192.0.2.1 10.0.0.5 1 ", .destinationPort), ("TCP4 192.0.2.1\t10.0.0.5 1 2", .character),
            ("TCP4 192.0.2.1 10.0.0.5 1 2\0", .character), ("UNKNOWN \u{7F}", .character), ("UNKNOWN é", .character),
            ("UNKNOWN\rX", .character), ("UNKNOWN\r", .character), ("UNKNOWN\nX", .character),
        ]
        for (text, part) in cases {
            XCTAssertEqual(read(Bytes.line(text)), .refused(.malformedLine(part)), text)
        }
        assert(ProxyProtocolParser.lineStart + Array("UNKNOWN\n".utf8), isRefused: .malformedLine(.character))
    }

    func test_a_line_has_at_most_107_bytes() {
        let longest = Bytes.line("UNKNOWN " + String(repeating: "x", count: 107 - 6 - 8 - 2))
        XCTAssertEqual(longest.count, 107)
        assert(longest, is: .noClient)
        let beyond = Bytes.line("UNKNOWN " + String(repeating: "x", count: 108 - 6 - 8 - 2))
        assert(beyond, isRefused: .lineTooLong)
        // It is refused without the end of the line.
        assert(ProxyProtocolParser.lineStart + Array(repeating: 0x78, count: 101), isRefused: .lineTooLong)
        XCTAssertEqual(read(ProxyProtocolParser.lineStart + Array(repeating: 0x78, count: 100)), .incomplete)
    }

    // MARK: Version 2

    func test_blocks_state_the_client() throws {
        assert(Bytes.block(family: 0x11, body: Bytes.version4), is: try client("192.0.2.1", 5000))
        assert(Bytes.block(family: 0x21, body: Bytes.version6), is: try client("2001:db8::1", 5000))
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 1]
        let body = mapped + mapped + [0, 1, 0, 2]
        assert(Bytes.block(family: 0x21, body: body), is: try client("192.0.2.1", 1))
    }

    func test_blocks_without_a_client_state_none() {
        assert(Bytes.block(0x20, family: 0, body: []), is: .noClient)
        // Everything of a local connection is discarded, also what would be wrong elsewhere.
        assert(Bytes.block(0x20, family: 0x11, body: Bytes.version4), is: .noClient)
        assert(Bytes.block(0x20, family: 0xFF, body: [1, 2, 3]), is: .noClient)
        assert(Bytes.block(family: 0, body: []), is: .noClient)
        assert(Bytes.block(family: 0, body: Bytes.extension(4, [1, 2])), is: .noClient)
        assert(Bytes.block(family: 0x31, body: [UInt8](repeating: 0x2F, count: 216)), is: .noClient)
    }

    func test_blocks_that_violate_the_format_are_refused() {
        for version in [UInt8(0), 1, 3, 15] {
            assert(
                Bytes.block(version << 4 | 1, family: 0x11, body: Bytes.version4),
                isRefused: .unknownVersion(version)
            )
        }
        for command in [UInt8(2), 15] {
            let bytes = Bytes.block(0x20 | command, family: 0x11, body: Bytes.version4)
            assert(bytes, isRefused: .unknownCommand(command))
        }
        for family in [UInt8(0x01), 0x02, 0x10, 0x12, 0x13, 0x20, 0x22, 0x30, 0x32, 0x41, 0xFF] {
            assert(Bytes.block(family: family, body: Bytes.version6), isRefused: .unusableFamily(family))
        }
        for (family, width) in [(UInt8(0x11), 12), (0x21, 36), (0x31, 216)] {
            let body = [UInt8](repeating: 0, count: width - 1)
            assert(Bytes.block(family: family, body: body), isRefused: .addressesTruncated)
            assert(Bytes.block(family: family, body: []), isRefused: .addressesTruncated)
        }
    }

    func test_a_wrong_byte_is_refused_before_the_next_one_arrives() {
        assert(ProxyProtocolParser.signature + [0x31], isRefused: .unknownVersion(3))
        assert(ProxyProtocolParser.signature + [0x21, 0x12], isRefused: .unusableFamily(0x12))
        assert(ProxyProtocolParser.signature + [0x21, 0x11, 0x10, 0x01], isRefused: .tooLong(found: 4097))
        assert(Array("PROXX".utf8), isRefused: .noHeader(isTLS: false))
        assert([0x0D, 0x0A, 0x0D, 0x0B], isRefused: .noHeader(isTLS: false))
        assert([0x16], isRefused: .noHeader(isTLS: true))
        assert(Array("GET /".utf8), isRefused: .noHeader(isTLS: false))
        assert(Array("proxy ".utf8), isRefused: .noHeader(isTLS: false))
        XCTAssertEqual(read([]), .incomplete)
    }

    func test_a_block_has_at_most_4096_bytes_after_its_fixed_part() throws {
        for (count, isAccepted) in [(4096, true), (4097, false)] {
            let rest = count - Bytes.version4.count - 3
            let body = Bytes.version4 + Bytes.extension(4, [UInt8](repeating: 0, count: rest))
            XCTAssertEqual(body.count, count)
            let bytes = Bytes.block(family: 0x11, body: body)
            if isAccepted {
                assert(bytes, is: try client("192.0.2.1", 5000))
            } else {
                assert(bytes, isRefused: .tooLong(found: count))
            }
            // The bound holds for local connections too.
            let local = Bytes.block(0x20, family: 0, body: body)
            if isAccepted { assert(local, is: .noClient) } else { assert(local, isRefused: .tooLong(found: count)) }
        }
    }

    // MARK: Extensions

    func test_extensions_of_every_type_change_nothing() throws {
        let alice = try client("192.0.2.1", 5000)
        // ALPN, authority, unique identifier, and SSL with a verified client of a common name.
        let ssl = Bytes.extension(0x20, [0x07, 0, 0, 0, 0] + Bytes.extension(0x22, Array("admin".utf8)))
        for type in UInt8.min...UInt8.max where type != 3 {
            assert(Bytes.block(family: 0x11, body: Bytes.version4 + Bytes.extension(type, [1, 2, 3])), is: alice)
            assert(Bytes.block(family: 0x11, body: Bytes.version4 + Bytes.extension(type, [])), is: alice)
        }
        let all = Bytes.extension(1, Array("h2".utf8)) + Bytes.extension(2, Array("admin.example".utf8)) + ssl + ssl
        assert(Bytes.block(family: 0x11, body: Bytes.version4 + all), is: alice)
    }

    func test_extensions_end_with_the_header() {
        let cases = [
            [1], [1, 0], [1, 0, 1], [1, 0, 2, 7], [4, 0xFF, 0xFF, 1], Bytes.extension(4, []) + [9],
            Bytes.extension(4, [1]) + [4, 0, 1],
        ]
        for rest in cases {
            let bytes = Bytes.block(family: 0x11, body: Bytes.version4 + rest)
            XCTAssertEqual(read(bytes), .refused(.extensionTruncated), "\(rest)")
            XCTAssertEqual(read(Bytes.block(family: 0, body: rest)), .refused(.extensionTruncated), "\(rest)")
        }
    }

    func test_a_checksum_must_be_right_and_alone() throws {
        // RFC 3720 appendix B.4.
        XCTAssertEqual(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)), 0x8A91_36AA)
        XCTAssertEqual(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)), 0x62A8_AB43)
        XCTAssertEqual(CRC32C.checksum(of: UInt8(0)...31), 0x46DD_794E)
        let right = Bytes.checked(Bytes.extension(4, [1, 2]))
        assert(right, is: try client("192.0.2.1", 5000))
        // Without its type the checksum is an extension like any other.
        for index in 16..<right.count where index != right.count - 7 {
            for bit in 0..<8 {
                var wrong = right
                wrong[index] ^= 1 << UInt8(bit)
                guard case .refused = read(wrong) else { return XCTFail("byte \(index), bit \(bit)") }
            }
        }
        for sum: [UInt8] in [[], [0, 0, 0], [0, 0, 0, 0, 0]] {
            let bytes = Bytes.block(family: 0x11, body: Bytes.version4 + Bytes.extension(3, sum))
            assert(bytes, isRefused: .wrongChecksum)
        }
        let twice = Bytes.block(family: 0x11, body: Bytes.version4 + right.suffix(7) + right.suffix(7))
        assert(twice, isRefused: .wrongChecksum)
    }

    // MARK: Cuts and damage

    private static let samples: [[UInt8]] = [
        Bytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443"), Bytes.line("TCP6 2001:db8::1 fd00::5 5000 8443"),
        Bytes.line("UNKNOWN x"), Bytes.block(family: 0x11, body: Bytes.version4),
        Bytes.block(family: 0x21, body: Bytes.version6), Bytes.block(0x20, family: 0, body: []),
        Bytes.checked(Bytes.extension(1, [0x68, 0x32]) + Bytes.extension(0x20, [7, 0, 0, 0, 0])),
        Bytes.line("TCP4 192.0.2.1 10.0.0.5 05000 8443"), Bytes.block(family: 0x12, body: Bytes.version4),
        Bytes.block(family: 0x11, body: Bytes.version4 + [4, 0, 9, 1]),
    ]

    /// The outcome for pieces, with the number of bytes of the whole that were taken.
    private func read(pieces: [[UInt8]]) -> (ProxyProtocolParser.Progress, taken: Int) {
        var parser = ProxyProtocolParser()
        var taken = 0
        for piece in pieces {
            let progress = parser.receive(piece)
            guard case .incomplete = progress else {
                guard case .complete(let header, let count) = progress else { return (progress, taken) }
                return (.complete(header, count: taken + count), taken + count)
            }
            taken += piece.count
        }
        return (.incomplete, taken)
    }

    func test_the_outcome_is_the_same_at_every_cut_and_byte_by_byte() {
        for sample in Self.samples {
            let input = sample + Array("\u{16}\u{3}more".utf8)
            let whole = read(input)
            for cut in 0...input.count {
                XCTAssertEqual(read(pieces: [Array(input[..<cut]), Array(input[cut...])]).0, whole, "\(cut)")
            }
            XCTAssertEqual(read(pieces: input.map { [$0] }).0, whole)
            XCTAssertEqual(read(pieces: input.flatMap { [[], [$0]] }).0, whole)
        }
    }

    func test_damaged_headers_never_trap_and_never_exceed_the_limit() {
        var accepted = 0
        for seed in UInt64(0)..<12_000 {
            var mutator = Mutator(seed: seed)
            let sample = Self.samples[Int(seed % UInt64(Self.samples.count))]
            let input = mutator.mutated(sample) + [UInt8](repeating: 0x41, count: seed % 7 == 0 ? 70_000 : 3)
            let whole = read(input)
            XCTAssertEqual(read(pieces: input.prefix(5_000).map { [$0] }).0, whole, "seed \(seed)")
            switch whole {
            case .complete(_, let count):
                accepted += 1
                XCTAssertLessThanOrEqual(count, ProxyProtocolParser.longestHeader, "seed \(seed)")
            case .incomplete: XCTAssertLessThan(input.count, ProxyProtocolParser.longestHeader, "seed \(seed)")
            case .refused: break
            }
        }
        XCTAssertGreaterThan(accepted, 100)
    }

    func test_random_bytes_are_refused_at_the_first_wrong_one() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<64).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let outcome = read(bytes)
            let isTLS = bytes[0] == 0x16
            XCTAssertEqual(outcome, .refused(.noHeader(isTLS: isTLS)))
        }
    }
}
