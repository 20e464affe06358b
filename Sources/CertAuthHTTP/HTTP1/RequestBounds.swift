// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Splits what arrives so that no piece extends beyond a request, and detects bytes after a request.
///
/// Only the decoder determines what a request is. A header ends with its first blank line, and a body with a length
/// ends after that many bytes. A chunked body ends with a blank line too; what follows it either ends otherwise, or is
/// a whole header, which the decoder announces. If this type and the decoder disagree, the ends are lost for the rest
/// of the connection.
package final class RequestBounds {
    private enum Place {
        case header
        case body(left: Int)
        case chunks
    }

    private var place = Place.header
    private var scanner = HeaderEndScanner()
    /// The state of the piece that is being decoded: its place, and what the decoder has announced of it.
    private var piece = (place: Place.header, endsHeader: false, hasHead: false, hasEnd: false)

    /// Whether requests are followed. Must be set when no request is arriving.
    package var isFollowing = false
    /// Whether the ends of requests are no longer known.
    package private(set) var isLost = false

    package init() {}

    /// The number of `bytes` that can be decoded in one piece.
    func nextPiece(of bytes: ByteBufferView) -> Int {
        guard !isLost else { return bytes.count }
        piece = (place, false, false, false)
        switch place {
        case .header:
            let end = scanner.endOfHeader(in: bytes)
            piece.endsHeader = end != nil
            return end ?? bytes.count
        case .body(let left): return min(left, bytes.count)
        case .chunks: return bytes.count
        }
    }

    /// The decoder has announced a part of a request.
    func partDidArrive(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): headDidArrive(head)
        case .body: break
        case .end: requestDidEnd()
        }
    }

    /// The decoder has announced a header.
    func headDidArrive(_ head: HTTPRequestHead) {
        let length = head.headers.first(name: "content-length")
        headDidArrive(isChunked: head.headers.contains(name: "transfer-encoding"), contentLength: length)
    }

    /// The decoder has announced a header with these fields, which determine the length of the body.
    package func headDidArrive(isChunked: Bool, contentLength: String?) {
        guard piece.endsHeader, !piece.hasHead else {
            isLost = true
            return
        }
        piece.hasHead = true
        if isChunked {
            place = .chunks
        } else if let length = contentLength.flatMap({ Int($0) }), length > 0 {
            place = .body(left: length)
        }
    }

    /// The decoder has announced the end of a request.
    package func requestDidEnd() { piece.hasEnd = true }

    /// A piece has been decoded. Returns whether it contained bytes after the end of its request.
    func pieceWasDecoded(_ bytes: ByteBufferView) -> Bool {
        guard !isLost else { return false }
        switch piece.place {
        case .header:
            var isWhole = false
            if case .header = place { isWhole = piece.hasHead }
            isLost = piece.hasHead != piece.endsHeader || piece.hasEnd != isWhole
        case .body(let left):
            let rest = left - bytes.count
            place = rest > 0 ? .body(left: rest) : .header
            isLost = piece.hasEnd != (rest == 0)
        case .chunks:
            scanner.pass(bytes)
            guard piece.hasEnd else { return false }
            // The number of bytes after the end of the request is unknown.
            isLost = !scanner.isBehindBlankLine
            place = .header
            scanner = HeaderEndScanner()
            return isLost
        }
        return false
    }
}

/// Finds the blank line that ends a header.
struct HeaderEndScanner {
    /// Whether the header has begun. Blank lines before a request do not belong to it.
    private var hasBegun = false
    private var isLineEmpty = true

    /// Whether the last byte ended a blank line.
    private(set) var isBehindBlankLine = false

    /// The number of bytes up to the end of the header. Nil if the header continues. The next header begins after it.
    mutating func endOfHeader(in bytes: ByteBufferView) -> Int? {
        for (index, byte) in bytes.enumerated() {
            pass(byte)
            if isBehindBlankLine, hasBegun {
                self = HeaderEndScanner()
                return index + 1
            }
        }
        return nil
    }

    /// Processes bytes that are not part of a header.
    mutating func pass(_ bytes: ByteBufferView) {
        for byte in bytes { pass(byte) }
    }

    private mutating func pass(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"):
            isBehindBlankLine = isLineEmpty
            isLineEmpty = true
        case UInt8(ascii: "\r"):
            isBehindBlankLine = false
        default:
            isBehindBlankLine = false
            isLineEmpty = false
            hasBegun = true
        }
    }
}
