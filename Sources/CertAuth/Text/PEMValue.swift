// SPDX-License-Identifier: Apache-2.0

/// The certificates of a PEM text in a header, at most a given number. Text after these is not decoded. Markers must be
/// exact, and only line breaks are allowed between and around the blocks.
struct PEMValue {
    let certificates: [[UInt8]]

    private static let begin = Array("-----BEGIN \(label)-----".utf8)
    private static let end = Array("-----END \(label)-----".utf8)
    private static let label = "CERTIFICATE"

    /// Parses percent-encoded PEM whose lines end with LF or CR LF.
    init(percentEncoded text: [UInt8], most: Int) throws(DecodingFault) {
        let bytes = try PercentEncoding.decoded(text)
        do throws(DecodingFault) {
            certificates = try Self.blocks(bytes, most: most) { $0 == 0x0A || $0 == 0x0D }
        } catch {
            throw DecodingFault(
                error.reason,
                at: error.position.map { PercentEncoding.offset(ofByte: $0, in: text) }
            )
        }
    }

    /// Parses PEM whose line breaks were replaced by runs of spaces and tabs.
    init(spaced text: [UInt8], most: Int) throws(DecodingFault) {
        certificates = try Self.blocks(text, most: most) { $0.isBlank }
    }

    private static func blocks(
        _ text: [UInt8],
        most: Int,
        isBreak: (UInt8) -> Bool
    ) throws(DecodingFault) -> [[UInt8]] {
        var certificates: [[UInt8]] = []
        var index = 0
        while index < text.count, certificates.count < most {
            index = try expect(begin, in: text, at: index)
            index = try skipBreaks(text, from: index, isBreak)
            var body: [UInt8] = []
            body.reserveCapacity(text.count - index)
            let start = index
            var line = index
            while index < text.count, text[index] != UInt8(ascii: "-") {
                if isBreak(text[index]) {
                    body += text[line..<index]
                    line = index + 1
                }
                index += 1
            }
            guard index > start, isBreak(text[index - 1]) else {
                throw DecodingFault("a block of PEM without its end in a line of its own", at: index)
            }
            do throws(DecodingFault) {
                certificates.append(try Base64.bytes(of: body[...]))
            } catch {
                throw DecodingFault("certificate \(certificates.count): \(error.reason)", at: start)
            }
            index = try expect(end, in: text, at: index)
            guard index < text.count else { break }
            index = try skipBreaks(text, from: index, isBreak)
        }
        return certificates
    }

    private static func expect(_ marker: [UInt8], in text: [UInt8], at index: Int) throws(DecodingFault) -> Int {
        guard text.count - index >= marker.count, marker.indices.allSatisfy({ text[index + $0] == marker[$0] }) else {
            throw DecodingFault("expected \(String(decoding: marker, as: UTF8.self))", at: index)
        }
        return index + marker.count
    }

    private static func skipBreaks(
        _ text: [UInt8],
        from start: Int,
        _ isBreak: (UInt8) -> Bool
    ) throws(DecodingFault) -> Int {
        var index = start
        while index < text.count, isBreak(text[index]) { index += 1 }
        guard index > start else { throw DecodingFault("expected a line break behind the marker", at: start) }
        return index
    }
}
