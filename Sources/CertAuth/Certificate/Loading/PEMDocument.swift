// SPDX-License-Identifier: Apache-2.0
// The textual encoding of RFC 7468: labelled blocks of base64 between dashes.

/// The blocks of a PEM text; anything outside of blocks is explanatory text and ignored (RFC 7468 §5.2).
package struct PEMDocument: Sendable {
    /// One block.
    package struct Block: Sendable {
        /// The label, for instance `CERTIFICATE`.
        package let label: String
        /// The decoded contents.
        package let bytes: [UInt8]
        /// The line of the BEGIN marker, from 1.
        package let line: Int
    }

    /// Why a text is not PEM.
    package enum Failure: Error, Equatable {
        /// A BEGIN without its END.
        case unterminated(label: String, line: Int)
        /// An END whose label differs from its BEGIN's.
        case mismatchedEnd(label: String, line: Int)
        /// Characters that are not base64.
        case invalidBase64(label: String, line: Int)

        /// What is wrong and where, safe to print.
        package var text: String {
            let reason =
                switch self {
                case .unterminated(let label, let line): "BEGIN \(label) in line \(line) has no END"
                case .mismatchedEnd(let label, let line): "END \(label) in line \(line) has no BEGIN of its own"
                case .invalidBase64(let label, let line): "\(label) in line \(line) is not base64"
                }
            return DisplayText.escaped(reason)
        }
    }

    package let blocks: [Block]

    package init(_ text: String) throws(Failure) {
        var blocks: [Block] = []
        var open: (label: String, line: Int, body: [UInt8])?
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let trimmed = Self.trimmed(line)
            if let label = Self.label(trimmed, marker: "-----BEGIN ") {
                if let open { throw .unterminated(label: open.label, line: open.line) }
                open = (label, number, [])
            } else if let label = Self.label(trimmed, marker: "-----END ") {
                guard let block = open, block.label == label else { throw .mismatchedEnd(label: label, line: number) }
                guard let bytes = Base64.decoded(block.body) else {
                    throw .invalidBase64(label: label, line: block.line)
                }
                blocks.append(Block(label: label, bytes: bytes, line: block.line))
                open = nil
            } else if let block = open {
                // Headers of the older RFC 1421 form, as encrypted legacy keys have them, stand before the body.
                if block.body.isEmpty && trimmed.contains(UInt8(ascii: ":")) { continue }
                open?.body += trimmed
            }
        }
        if let open { throw .unterminated(label: open.label, line: open.line) }
        self.blocks = blocks
    }

    /// Writes one block with lines of 64 characters (RFC 7468 §2).
    package static func text(label: String, _ bytes: [UInt8]) -> String {
        let body = Array(Base64.encoded(bytes).utf8)
        var lines = ["-----BEGIN \(label)-----"]
        for start in stride(from: 0, to: body.count, by: 64) {
            lines.append(String(decoding: body[start..<min(start + 64, body.count)], as: UTF8.self))
        }
        lines.append("-----END \(label)-----")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func trimmed(_ line: some BidirectionalCollection<UInt8>) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let start = line.drop(while: isSpace)
        var bytes = Array(start)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    private static func label(_ line: [UInt8], marker: String) -> String? {
        let prefix = Array(marker.utf8)
        let suffix = Array("-----".utf8)
        guard line.count >= prefix.count + suffix.count, line.starts(with: prefix),
            line.suffix(suffix.count).elementsEqual(suffix)
        else { return nil }
        return String(decoding: line[prefix.count..<line.count - suffix.count], as: UTF8.self)
    }
}
