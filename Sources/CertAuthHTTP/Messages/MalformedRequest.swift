// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// The rule that a malformed request violates. The log says it; the client receives no more than the code.
enum MalformedRequest: Equatable {
    /// The decoder refuses the bytes.
    case unreadable(HTTPParserError)
    case method
    case host
    case target
    /// The target, `:authority` and Host name several hosts.
    case hosts
    case pseudoFields
    case fieldName
    case outerBlanks
    case length
    /// The end of the body is ambiguous.
    case framing
    case chunkOverhead
    /// The decoder announced parts in an impossible order.
    case order

    /// What was found, and what was expected. It contains no text of the client.
    var reason: String {
        switch self {
        case .unreadable(let error):
            "the bytes are no HTTP/1.1 request\(Self.detail(of: error)); expected: METHOD target HTTP/1.1 with one blank "
                + "between them, then header fields, and CR LF after each line"
        case .method: "the method is not a token"
        case .host: "no Host, several, or an invalid one; expected: one host name or IP address, with an optional port"
        case .target: "the target is invalid; expected: a path, or an absolute URL with the scheme of the connection"
        case .hosts: "the request names several hosts; expected: the same one in the target and in Host"
        case .pseudoFields:
            "the pseudo-header fields are invalid; expected: :method, :path, :scheme https and a host in :authority or Host"
        case .fieldName: "the name of a header or trailer field is not a token"
        case .outerBlanks: "the value of a field begins or ends with a blank"
        case .length: "Content-Length is not one number"
        case .framing:
            "the end of the body is ambiguous; expected: Content-Length, or Transfer-Encoding chunked on HTTP/1.1, not both"
        case .chunkOverhead: "the chunks have too many bytes of extensions, sizes or trailers"
        case .order: "the parts of the request came in an impossible order"
        }
    }

    /// What the decoder says; empty if it gives no cause.
    private static func detail(of error: HTTPParserError) -> String {
        switch error {
        case .unknown, .invalidConstant, .invalidInternalState, .paused: ""
        default: " (\(error.debugDescription))"
        }
    }
}
