// SPDX-License-Identifier: Apache-2.0

/// Follows the boundaries of HTTP/2 frames in a client's bytes, to know whether a header is arriving. Reads only
/// lengths, types and flags.
///
/// - Source: RFC 9113 sections 3.4, 4.1, 6.2 and 6.10.
package struct HTTP2FrameBoundaries {
    private static let prefaceSize = 24
    private static let headerSize = 9
    static let dataType: UInt8 = 0
    static let headersType: UInt8 = 1
    static let resetType: UInt8 = 3
    static let settingsType: UInt8 = 4
    static let goAwayType: UInt8 = 7
    static let continuationType: UInt8 = 9
    private static let endHeaders: UInt8 = 4

    /// The header of a frame.
    package struct Frame {
        package let type: UInt8
        package let flags: UInt8
        package let stream: UInt32
        /// The length of the payload in bytes.
        package let length: Int

        package init(type: UInt8, flags: UInt8, stream: UInt32, length: Int) {
            self.type = type
            self.flags = flags
            self.stream = stream
            self.length = length
        }

        var endsStream: Bool { flags & 1 != 0 }
    }

    /// Whether the preface, or the frame that follows it, is incomplete.
    package private(set) var isOpening = true
    /// Whether a HEADERS frame has begun and its header block has not ended.
    package private(set) var isInHeaderBlock = false
    /// The number of frames so far that ended the opening or a header block.
    package private(set) var endings = 0
    private var missingPreface = prefaceSize
    private var header: [UInt8] = []
    private var missingPayload = 0

    /// Creates the state at the start of a connection.
    package init() {}

    /// Whether a frame has arrived in part.
    package var isInFrame: Bool { !header.isEmpty }

    /// Processes the next bytes, which may be split anywhere. Reports each frame whose header is complete.
    package mutating func take(_ bytes: some Collection<UInt8>, _ frameDidBegin: (Frame) -> Void = { _ in }) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if missingPreface > 0 {
                let count = min(missingPreface, rest.count)
                missingPreface -= count
                rest = rest.dropFirst(count)
            } else if missingPayload > 0 {
                let count = min(missingPayload, rest.count)
                missingPayload -= count
                rest = rest.dropFirst(count)
                if missingPayload == 0 { endFrame() }
            } else {
                let part = rest.prefix(Self.headerSize - header.count)
                header += part
                rest = rest.dropFirst(part.count)
                if header.count == Self.headerSize { beginPayload(frameDidBegin) }
            }
        }
    }

    private mutating func beginPayload(_ frameDidBegin: (Frame) -> Void) {
        let stream = header[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        missingPayload = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        frameDidBegin(Frame(type: header[3], flags: header[4], stream: stream, length: missingPayload))
        if header[3] == Self.headersType { isInHeaderBlock = true }
        if missingPayload == 0 { endFrame() }
    }

    private mutating func endFrame() {
        let isOfHeader = header[3] == Self.headersType || header[3] == Self.continuationType
        let endsBlock = isOfHeader && header[4] & Self.endHeaders != 0
        if isOpening || endsBlock { endings += 1 }
        isOpening = false
        if endsBlock { isInHeaderBlock = false }
        header.removeAll(keepingCapacity: true)
    }
}
