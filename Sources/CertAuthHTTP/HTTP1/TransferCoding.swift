// SPDX-License-Identifier: Apache-2.0
// The transfer coding and the expectation of a request.

import NIOHTTP1

extension HTTPRequestHead {
    /// Whether the body is chunked.
    ///
    /// - Throws: `.transferCodingUnknown` for codings before `chunked`; `.malformed` for a body whose end is unknown,
    ///   for Transfer-Encoding together with Content-Length and for Transfer-Encoding in HTTP/1.0.
    /// - Source: RFC 9112 sections 6.1 and 7.
    func checkedChunked() throws(RequestDefect) -> Bool {
        guard headers.contains(name: "transfer-encoding") else { return false }
        // An intermediary that does not know the field would end the message elsewhere.
        guard version.isAtLeast11, !headers.contains(name: "content-length") else { throw .malformed(.framing) }
        let lines = headers["transfer-encoding"]
        if lines.count == 1, lines[0] == "chunked" { return true }
        let codings = lines.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .map { $0.trimmingBlanks().lowercased() }
        guard codings.last == "chunked", codings.count(where: { $0 == "chunked" }) == 1, !codings.contains("") else {
            throw .malformed(.framing)
        }
        guard codings.count == 1 else { throw .transferCodingUnknown }
        return true
    }

    /// Whether the client waits for an interim response before it sends the body.
    ///
    /// - Throws: `.expectationUnknown` for any other expectation.
    /// - Source: RFC 9110 section 10.1.1.
    func checkedExpectation(hasBody: Bool) throws(RequestDefect) -> Bool {
        guard headers.contains(name: "expect") else { return false }
        guard headers["expect"].allSatisfy({ $0.lowercased() == "100-continue" }) else { throw .expectationUnknown }
        return version.isAtLeast11 && hasBody
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
