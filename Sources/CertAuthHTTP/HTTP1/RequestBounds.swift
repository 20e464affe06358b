// SPDX-License-Identifier: Apache-2.0
// Where requests end in the stream of a connection's bytes, for those who must know that nothing follows.

import NIOCore
import NIOHTTP1

/// Cuts what arrives into pieces none of which goes beyond a request, and tells bytes behind a request from none.
///
/// The decoder alone says what a request is. A header ends with its first blank line, a counted body by its count; a
/// chunked one ends with a blank line too, and what follows it either ends otherwise, or is a whole header, which the
/// decoder announces. Wherever this and the decoder disagree the bounds are lost, and stay so.
package final class RequestBounds {
    private enum Place {
        case header
        case body(left: Int)
        case chunks
    }

    private var place = Place.header
    private var scanner = HeaderEndScanner()
    /// Where the piece lies that is being decoded, and what the decoder has announced of it.
    private var piece = (place: Place.header, endsHeader: false, hasHead: false, hasEnd: false)

    /// Whether requests are followed; from a moment on at which none is arriving.
    package var isFollowing = false
    /// It is not known any more where requests end.
    package private(set) var isLost = false

    package init() {}

    /// How much of `bytes` can be decoded at once.
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

    /// The same by the fields that say how long the body is.
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

    /// A piece has been decoded. Returns whether bytes behind the end of its request were in it.
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
            // What stands behind the end is of a length that nobody knows.
            isLost = !scanner.isBehindBlankLine
            place = .header
            scanner = HeaderEndScanner()
            return isLost
        }
        return false
    }
}

/// Finds the blank line behind which a header is over.
struct HeaderEndScanner {
    /// Something stands in the header already: blank lines before a request are none of its own.
    private var hasBegun = false
    private var isLineEmpty = true

    /// The last byte looked at ended a blank line.
    private(set) var isBehindBlankLine = false

    /// The number of bytes up to the end of the header; nil when it goes on. The next header begins behind it.
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

    /// Looks at bytes that are no header.
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
