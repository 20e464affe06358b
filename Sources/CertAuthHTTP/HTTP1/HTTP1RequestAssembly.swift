// SPDX-License-Identifier: Apache-2.0
// Assembles the parts of one request, within its limits.

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
    private var framing: BodyFraming
    let expectsContinue: Bool

    typealias Defect = RequestDefect

    /// - Parameters:
    ///   - headerBytes: the maximum size of all header fields.
    ///   - bodyLimit: the maximum size of the request's body.
    init(
        _ head: HTTPRequestHead,
        isSecure: Bool,
        headerBytes: Int,
        bodyLimit: (HTTPRequest) -> Int
    ) throws(Defect) {
        let converted = try HTTPRequest(head, isSecure: isSecure)
        let isChunked = try head.checkedChunked()
        self.head = converted
        let limit = bodyLimit(converted)
        self.bodyLimit = limit
        framing = BodyFraming(headerBytes: headerBytes)
        // SwiftNIO's decoder stops at a request for another protocol. No further request can follow it.
        keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
        version = head.version
        let length = head.headers.first(name: "content-length").flatMap { Int($0) }
        if let length, length > limit { throw .bodyTooLarge }
        expectsContinue = try head.checkedExpectation(hasBody: isChunked || (length ?? 0) > 0)
    }

    /// The trailer fields of a request.
    static func fields(of trailers: HTTPHeaders?) throws(Defect) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in trailers ?? [:] {
            guard let name = HTTPField.Name(name) else { throw .malformed(.fieldName) }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    mutating func append(_ bytes: ByteBuffer) throws(Defect) {
        guard body.count + bytes.readableBytes <= bodyLimit else { throw .bodyTooLarge }
        body.append(contentsOf: bytes.readableBytesView)
        framing.didDecode(bytes.readableBytes)
    }

    /// Bytes of the body are about to be decoded.
    mutating func bytesDidArrive(_ count: Int) throws(Defect) {
        guard framing.allows(count) else { throw .malformed(.chunkOverhead) }
    }
}

/// Limits the bytes of chunk sizes, chunk extensions and trailers, which do not count towards the body's limit.
private struct BodyFraming {
    /// The bytes of chunk sizes and line ends that are permitted for each decoded piece.
    private static let bytesPerChunk = 16
    private let most: Int
    private var excess = 0

    init(headerBytes: Int) { most = 2 * headerBytes }

    /// Returns false if the bytes received earlier exceed what the decoded body and its framing account for.
    mutating func allows(_ count: Int) -> Bool {
        guard excess <= most else { return false }
        excess += count
        return true
    }

    mutating func didDecode(_ count: Int) { excess = max(0, excess - 3 * count - Self.bytesPerChunk) }
}
