// SPDX-License-Identifier: Apache-2.0
// Puts the parts of one request together, within its bounds.

import HTTPTypes
import NIOCore
import NIOHTTP1

/// One request that is arriving.
struct HTTP1RequestAssembly {
    let head: HTTPRequest
    let keepsAlive: Bool
    let version: HTTPVersion
    private(set) var body: [UInt8] = []
    private let bodyLimit: Int
    let expectsContinue: Bool

    typealias Defect = RequestDefect

    /// - Parameter bodyLimit: the bytes that the request's body may have.
    init(
        _ head: HTTPRequestHead,
        isSecure: Bool,
        bodyLimit: (HTTPRequest) -> Int
    ) throws(Defect) {
        guard let converted = HTTPRequest(head, isSecure: isSecure) else { throw .malformed }
        self.head = converted
        let limit = bodyLimit(converted)
        self.bodyLimit = limit
        // SwiftNIO's decoder stops at a request that asks for another protocol; nothing can follow it.
        keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
        version = head.version
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
            throw .bodyTooLarge
        }
        let expectation = head.headers.first(name: "expect")?.lowercased()
        guard expectation == nil || expectation == "100-continue" else { throw .expectationUnknown }
        expectsContinue = expectation != nil && head.version.isAtLeast11
    }

    /// The trailer fields of a request.
    static func fields(of trailers: HTTPHeaders?) throws(Defect) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in trailers ?? [:] {
            guard let name = HTTPField.Name(name) else { throw .malformed }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    mutating func append(_ bytes: ByteBuffer) throws(Defect) {
        guard body.count + bytes.readableBytes <= bodyLimit else { throw .bodyTooLarge }
        body.append(contentsOf: bytes.readableBytesView)
    }
}
