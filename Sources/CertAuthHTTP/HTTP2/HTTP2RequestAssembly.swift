// SPDX-License-Identifier: Apache-2.0
// Assembles the frames of one request, within its limits.

import HTTPTypes
import NIOCore
import NIOHPACK

/// One request that is arriving on a stream.
struct HTTP2RequestAssembly {
    let head: HTTPRequest
    private(set) var body: [UInt8] = []
    private(set) var trailers = HTTPFields()
    let expectsContinue: Bool
    /// The announced size of the body, or the maximum size.
    let expectedBytes: Int
    private let bodyLimit: Int

    init(_ block: HPACKHeaders, headerLimit: Int, bodyLimit: Int) throws(RequestDefect) {
        // SwiftNIO applies its own limit, 16 KiB, until the client has acknowledged ours.
        guard block.listSize <= headerLimit else { throw .headerTooLarge }
        let head = try HTTPRequest(block)
        self.head = head
        self.bodyLimit = bodyLimit
        let announced = head.headerFields[.contentLength].flatMap { Int($0) }
        if let announced, announced > bodyLimit { throw .bodyTooLarge }
        expectedBytes = announced ?? bodyLimit
        let expectation = head.headerFields[.expect]?.lowercased()
        guard expectation == nil || expectation == "100-continue" else { throw .expectationUnknown }
        expectsContinue = expectation != nil && announced != 0
    }

    mutating func append(_ bytes: ByteBuffer) throws(RequestDefect) {
        guard body.count + bytes.readableBytes <= bodyLimit else { throw .bodyTooLarge }
        body.append(contentsOf: bytes.readableBytesView)
    }

    mutating func append(trailers block: HPACKHeaders) throws(RequestDefect) {
        guard let fields = HTTPFields(trailers: block) else { throw .malformed(.fieldName) }
        trailers = fields
    }
}

extension HPACKHeaders {
    /// The size of the uncompressed fields by RFC 9113 section 6.5.2, which adds 32 bytes for each.
    fileprivate var listSize: Int { reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 } }
}
