// SPDX-License-Identifier: Apache-2.0

/// Recognizes a request line byte by byte: `METHOD SP target SP HTTP/D.D` and a line end (RFC 9112 section 3).
///
/// The decoder also accepts several blanks and `RTSP/1.0`. A proxy in front of this server may read such a line
/// differently. Method, target and version are checked elsewhere; here only the form counts.
struct RequestLineSyntax {
    private enum Place {
        /// Before the line. RFC 9112 §2.2 allows empty lines there.
        case before
        case method
        case targetStart
        case target
        /// In `HTTP/D.D`, after this many bytes of it.
        case version(Int)
        case ended
    }

    private static let version = Array("HTTP/D.D".utf8)
    private static let digit = UInt8(ascii: "D")

    private var place = Place.before

    /// Whether the line has ended.
    var isComplete: Bool { if case .ended = place { true } else { false } }

    /// Takes the next byte. Returns false if no request line begins with the bytes so far.
    mutating func accept(_ byte: UInt8) -> Bool {
        let isLineEnd = byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
        let isBlank = byte == UInt8(ascii: " ")
        switch place {
        case .before:
            guard !isLineEnd else { return true }
            place = .method
            return Self.isTokenByte(byte)
        case .method:
            guard isBlank else { return Self.isTokenByte(byte) }
            place = .targetStart
            return true
        case .targetStart:
            place = .target
            return Self.isVisible(byte)
        case .target:
            guard isBlank else { return Self.isVisible(byte) }
            place = .version(0)
            return true
        case .version(let count):
            guard count < Self.version.count else {
                if byte == UInt8(ascii: "\n") { place = .ended }
                return isLineEnd
            }
            place = .version(count + 1)
            let expected = Self.version[count]
            // Both of these bytes are digits; their values are the decoder's concern.
            return expected == Self.digit ? (0x30...0x39).contains(byte) : byte == expected
        case .ended:
            return true
        }
    }

    /// The bytes of a token (RFC 9110 section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Neither a blank nor a control character. The characters of a target are checked after decoding.
    private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }
}
