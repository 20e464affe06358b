// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import NIOHTTP1

/// What the decoder has announced of the bytes that it was given last.
package final class DecodedParts {
    /// How the body of a request is delimited.
    enum Body {
        case none
        case counted(Int)
        case chunked
    }

    private(set) var heads = 0
    private(set) var hasEnd = false
    /// Of the last head.
    private(set) var body = Body.none
    /// Whether the decoder stops after the last head's request, because the client wants another protocol.
    private(set) var endsHTTP = false

    package init() {}

    /// Begins with the next bytes.
    func reset() { (heads, hasEnd) = (0, false) }

    /// The decoder has announced a part of a request.
    package func partDidArrive(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            heads += 1
            endsHTTP = head.method == .CONNECT || head.headers.contains(name: "upgrade")
            let length = head.headers.first(name: "content-length").flatMap { Int($0.trimmedOfBlanks) } ?? 0
            body =
                head.headers.contains(name: "transfer-encoding") ? .chunked : length > 0 ? .counted(length) : .none
        case .body: break
        case .end: hasEnd = true
        }
    }
}

@available(*, unavailable)
extension DecodedParts: Sendable {}
