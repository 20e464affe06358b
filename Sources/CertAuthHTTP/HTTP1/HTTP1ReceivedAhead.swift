// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// What a client has sent behind the request that is being answered.
struct HTTP1ReceivedAhead {
    /// Bytes of further requests that are read before the last answer of a connection is given.
    static let mostBytes = 64 * 1024

    /// Decoded parts of further requests.
    private var parts = CircularBuffer<HTTPServerRequestPart>()
    /// Bytes that were read while a request is answered.
    private var byteCount = 0
    /// Whether bytes other than blank lines have arrived behind the request that is being answered.
    private var hasBytes = false
    /// Whether the latest bytes belong to a request that is not complete.
    private(set) var isRequestIncomplete = false
    /// Why later bytes could not be parsed. The refusal follows the answers to the requests before them.
    private(set) var parseFailure: RequestDefect?

    /// Whether no decoded part waits.
    var isEmpty: Bool { parts.isEmpty }

    /// Whether the client has sent one request and no other byte.
    var isRequestAlone: Bool { parts.isEmpty && !hasBytes && parseFailure == nil }

    /// Whether further requests are already there, or bytes that are refused.
    var hasMoreToAnswer: Bool { !parts.isEmpty || parseFailure != nil }

    /// Whether the limit of bytes that are read ahead is not reached.
    var hasRoom: Bool { byteCount < Self.mostBytes }

    /// Notes bytes that arrived, in whatever phase.
    ///
    /// Bytes that were decoded before they are announced have a count of 0, and have been noted as parts.
    mutating func noteArrival(of count: Int, isBlank: Bool) {
        if !isBlank, count > 0 { isRequestIncomplete = true }
    }

    /// Notes the end of a decoded request, in whatever phase.
    mutating func noteEndOfRequest() { isRequestIncomplete = false }

    /// Counts bytes that arrived while a request is answered.
    mutating func count(_ bytes: Int, isBlank: Bool) {
        if !isBlank { hasBytes = true }
        byteCount += bytes
    }

    /// Keeps a part of a later request.
    mutating func append(_ part: HTTPServerRequestPart) { parts.append(part) }

    /// Keeps the first parse failure.
    mutating func fail(with defect: RequestDefect) { parseFailure = parseFailure ?? defect }

    /// Takes the next part.
    mutating func popFirst() -> HTTPServerRequestPart? {
        guard let part = parts.popFirst() else { return nil }
        if parts.isEmpty { byteCount = 0 }
        return part
    }

    /// Begins again behind an answer that was sent.
    ///
    /// - Returns: whether the client is in the middle of a header.
    mutating func answerWasSent() -> Bool {
        if parts.isEmpty { byteCount = 0 }
        // Half a request may follow the queued parts, and only the decoder knows of it.
        hasBytes = !parts.isEmpty
        return parts.isEmpty && isRequestIncomplete
    }

    /// Drops the parts: the connection has ended.
    mutating func removeAll() { parts.removeAll() }
}
