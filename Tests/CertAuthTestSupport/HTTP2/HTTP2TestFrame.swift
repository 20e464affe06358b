// SPDX-License-Identifier: Apache-2.0

/// One HTTP/2 frame, well-formed or not.
package struct HTTP2TestFrame: Equatable {
    package enum Kind: UInt8 {
        case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    /// What a client sends before its first frame.
    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    package static let endStream: UInt8 = 1
    package static let acknowledgement: UInt8 = 1
    package static let endHeaders: UInt8 = 4

    package var kind: Kind?
    private var unknownKind: UInt8 = 0xFF
    package var flags: UInt8 = 0
    package var stream: UInt32 = 0
    package var payload: [UInt8] = []

    package var bytes: [UInt8] {
        let length = payload.count
        return [
            UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), kind?.rawValue ?? unknownKind,
            flags,
        ]
            + Self.number(stream) + payload
    }

    /// The last stream in the first of two GOAWAY frames: new streams are still accepted.
    package static let anyStream: UInt32 = 0x7FFF_FFFF

    /// The error code of RST_STREAM and GOAWAY.
    package var errorCode: UInt32? {
        switch kind {
        case .resetStream?: Self.number(payload.prefix(4))
        case .goAway?: Self.number(payload.dropFirst(4).prefix(4))
        default: nil
        }
    }

    /// The last stream in GOAWAY.
    package var lastStream: UInt32? { kind == .goAway ? Self.number(payload.prefix(4)) : nil }

    package var endsStream: Bool { (kind == .data || kind == .headers) && flags & Self.endStream != 0 }

    /// Removes the first frame from `bytes`; nil if it is incomplete.
    package init?(takenFrom bytes: inout [UInt8]) {
        guard bytes.count >= 9 else { return nil }
        let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
        guard bytes.count >= 9 + length else { return nil }
        kind = Kind(rawValue: bytes[3])
        flags = bytes[4]
        stream = Self.number(bytes[5..<9])
        payload = Array(bytes[9..<9 + length])
        bytes.removeFirst(9 + length)
    }

    package init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// A frame of a type without a name here.
    package init(unknown type: UInt8, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        unknownKind = type
        self.stream = stream
        self.payload = payload
    }

    /// Creates one HEADERS frame with a field section.
    package static func headers(_ stream: UInt32, _ fields: [(String, String)], endStream: Bool = true) -> Self {
        HTTP2TestFrame(
            .headers,
            flags: Self.endHeaders | (endStream ? Self.endStream : 0),
            stream: stream,
            block(fields)
        )
    }

    /// A field section of literals that are not added to a table.
    package static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + text($0.0) + text($0.1) }
    }

    package static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    private static func number(_ bytes: some Collection<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The length with a prefix of seven bits (RFC 7541 section 5.1), followed by the bytes.
    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
