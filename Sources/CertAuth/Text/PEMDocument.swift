// SPDX-License-Identifier: Apache-2.0

/// The blocks of a PEM text (RFC 7468). Text outside of blocks is explanatory and ignored (RFC 7468 §5.2).
package struct PEMDocument: Sendable {
    /// One labelled block of base64.
    package struct Block: Sendable {
        /// The label, for example `CERTIFICATE`.
        package let label: String
        /// The decoded contents.
        package let bytes: [UInt8]
        /// The line number of the BEGIN marker, from 1.
        package let line: Int
    }

    /// Why a text is not PEM.
    package enum Failure: Error, Equatable {
        /// A BEGIN marker has no END marker.
        case unterminated(label: String, line: Int)
        /// The label of an END marker differs from that of its BEGIN marker.
        case mismatchedEnd(label: String, line: Int)
        /// A block contains characters that are not base64.
        case invalidBase64(label: String, line: Int)
        /// The text is UTF-16, which PEM does not allow.
        case utf16

        /// What is wrong and where. Safe to print.
        package var text: String {
            let reason =
                switch self {
                case .unterminated(let label, let line): "BEGIN \(label) in line \(line) has no END"
                case .mismatchedEnd(let label, let line): "END \(label) in line \(line) has no matching BEGIN"
                case .invalidBase64(let label, let line): "\(label) in line \(line) is not base64"
                case .utf16: "the text is UTF-16, expected ASCII or UTF-8; save it as UTF-8"
                }
            return DisplayText.escaped(reason)
        }
    }

    package let blocks: [Block]

    package init(_ text: String) throws(Failure) { try self.init(Array(text.utf8)) }

    /// Parses text in any encoding that contains ASCII. Lines end with LF, CR LF or CR (RFC 7468 §3).
    package init(_ text: [UInt8]) throws(Failure) {
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) { throw .utf16 }
        var blocks: [Block] = []
        var open: (label: String, line: Int)?
        var body: [UInt8] = []
        var number = 0
        var start = text.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        while start <= text.count {
            let end = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
            let line = text[start..<end].trimmed(of: \.isBlank)
            start = end + 1
            if end < text.count, text[end] == 0x0D, start < text.count, text[start] == 0x0A { start += 1 }
            number += 1
            if let label = Self.label(line, marker: Self.beginning) {
                if let open { throw .unterminated(label: open.label, line: open.line) }
                open = (label, number)
                // A body contains no dash, so the next dash begins the END marker.
                let rest = text[min(start, text.count)...]
                body = []
                body.reserveCapacity((rest.firstIndex(of: UInt8(ascii: "-")) ?? rest.endIndex) - rest.startIndex)
            } else if let label = Self.label(line, marker: Self.ending) {
                guard let block = open, block.label == label else { throw .mismatchedEnd(label: label, line: number) }
                guard let bytes = Base64.decoded(body) else {
                    throw .invalidBase64(label: label, line: block.line)
                }
                blocks.append(Block(label: label, bytes: bytes, line: block.line))
                open = nil
                body = []
            } else if open != nil {
                // Headers of the older form in RFC 1421, used by encrypted legacy keys, come before the body.
                if body.isEmpty && line.contains(UInt8(ascii: ":")) { continue }
                body += line
            }
        }
        if let open { throw .unterminated(label: open.label, line: open.line) }
        self.blocks = blocks
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Longer than any real label. A marker with a longer label is explanatory text.
    private static let longestLabel = 64
    private static let beginning = Array("-----BEGIN ".utf8)
    private static let ending = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    /// Formats one block with lines of 64 characters (RFC 7468 §2).
    package static func text(label: String, _ bytes: [UInt8]) -> String {
        let body = Array(Base64.encoded(bytes).utf8)
        var lines = ["-----BEGIN \(label)-----"]
        for start in stride(from: 0, to: body.count, by: 64) {
            lines.append(String(decoding: body[start..<min(start + 64, body.count)], as: UTF8.self))
        }
        lines.append("-----END \(label)-----")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func label(_ line: ArraySlice<UInt8>, marker: [UInt8]) -> String? {
        guard line.first == marker[0], line.count >= marker.count + dashes.count, line.starts(with: marker),
            line.suffix(dashes.count).elementsEqual(dashes),
            line.count <= marker.count + dashes.count + longestLabel
        else { return nil }
        return String(decoding: line.dropFirst(marker.count).dropLast(dashes.count), as: UTF8.self)
    }
}
