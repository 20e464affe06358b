// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// A place in a chunked body (RFC 9112 section 7.1).
enum ChunkPlace {
    /// In the line with the size of a chunk.
    case size(ChunkSize)
    case data(left: Int)
    /// In the line break after the data.
    case endOfData
    /// After the last chunk.
    case trailers

    var isData: Bool { if case .data = self { true } else { false } }

    /// The place after the end of this line, or after `count` bytes of data.
    func after(_ count: Int) -> ChunkPlace {
        switch self {
        case .size(let size): size.value == 0 ? .trailers : .data(left: size.value)
        case .data(let left): left == count ? .endOfData : .data(left: left - count)
        case .endOfData: .size(ChunkSize())
        case .trailers: .trailers
        }
    }
}

/// The size of a chunk: the hexadecimal digits at the start of its line.
struct ChunkSize {
    private(set) var value = 0
    private var isComplete = false

    /// Receives the next byte of the line. A size that no body can have stays the largest number: the decoder refuses it.
    mutating func accept(_ byte: UInt8) {
        guard !isComplete, let digit = byte.hexadecimalValue else {
            isComplete = true
            return
        }
        let (product, overflows) = value.multipliedReportingOverflow(by: 16)
        value = overflows || value == .max ? .max : product + Int(digit)
    }
}
