// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Divides what arrives into pieces for the decoder, so that the first byte of each request is known and its request
/// line can be checked.
///
/// A piece ends at the latest with a header, with a body of known length, or with the data or a line of a chunk. Only the
/// decoder determines what a request is: if it announces anything else after a piece than this type expects, the
/// connection's bytes are refused from there on.
struct RequestPieces {
    private enum Place {
        case header
        case counted(left: Int)
        case chunked(ChunkPlace)
        /// After a request for another protocol. The decoder decodes nothing more.
        case ended
    }

    private var place = Place.header
    private var line = RequestLineSyntax()
    /// Whether the current line of a header has no byte but carriage returns so far.
    private var isLineEmpty = true
    /// Whether the piece that is being decoded ends a header, or a line of a chunked body.
    private var endsHeader = false
    private var endsLine = false

    /// The number of the first `bytes` that can be decoded in one piece. Nil if a request line has another form.
    mutating func nextPiece(of bytes: ByteBufferView) -> Int? {
        endsHeader = false
        switch place {
        case .header: return header(in: bytes)
        case .counted(let left): return min(left, bytes.count)
        case .chunked(.data(let left)): return min(left, bytes.count)
        case .chunked(let chunk): return line(of: chunk, in: bytes)
        case .ended: return bytes.count
        }
    }

    /// A piece of `count` bytes was decoded. Returns false if the decoder understood it differently.
    mutating func pieceWasDecoded(_ count: Int, into parts: DecodedParts) -> Bool {
        switch place {
        case .header:
            guard parts.heads == (endsHeader ? 1 : 0) else { return false }
            guard endsHeader else { return !parts.hasEnd }
            switch parts.body {
            case .none: guard parts.hasEnd || parts.endsHTTP else { return false }
            case .counted(let length): place = .counted(left: length)
            case .chunked: place = .chunked(.size(ChunkSize()))
            }
            if parts.hasEnd {
                begin(parts)
            } else if parts.endsHTTP, case .none = parts.body {
                place = .ended
            }
            return true
        case .counted(let left):
            let rest = left - count
            guard parts.heads == 0, parts.hasEnd == (rest == 0) else { return false }
            place = .counted(left: rest)
            if rest == 0 { begin(parts) }
            return true
        case .chunked(let chunk):
            place = .chunked(endsLine || chunk.isData ? chunk.after(count) : chunk)
            if parts.hasEnd { begin(parts) }
            return parts.heads == 0
        case .ended: return true
        }
    }

    /// Begins the next request.
    private mutating func begin(_ parts: DecodedParts) {
        place = parts.endsHTTP ? .ended : .header
        line = RequestLineSyntax()
        isLineEmpty = true
    }

    /// The number of bytes to the end of a chunk's line; all if the line continues.
    private mutating func line(of chunk: ChunkPlace, in bytes: ByteBufferView) -> Int {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
        endsLine = end != nil
        let count = end.map { $0 - bytes.startIndex + 1 } ?? bytes.count
        if case .size(var size) = chunk {
            for byte in bytes.prefix(count) { size.accept(byte) }
            place = .chunked(.size(size))
        }
        return count
    }

    /// The number of bytes to the end of the header; all if the header continues.
    private mutating func header(in bytes: ByteBufferView) -> Int? {
        var index = bytes.startIndex
        while !line.isComplete {
            guard index < bytes.endIndex else { return bytes.count }
            guard line.accept(bytes[index]) else { return nil }
            index += 1
        }
        while index < bytes.endIndex {
            let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n"))
            let rest = bytes[index..<(end ?? bytes.endIndex)]
            if isLineEmpty { isLineEmpty = rest.allSatisfy { $0 == UInt8(ascii: "\r") } }
            guard let end else { break }
            index = end + 1
            if isLineEmpty {
                endsHeader = true
                return index - bytes.startIndex
            }
            isLineEmpty = true
        }
        return bytes.count
    }
}
