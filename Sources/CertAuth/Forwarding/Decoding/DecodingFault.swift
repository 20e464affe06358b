// SPDX-License-Identifier: Apache-2.0
// What is wrong with an encoded value, before anybody knows which header it stood in.

/// A breach of an encoding, and where.
struct DecodingFault: Error, Hashable {
    let code: FailureCode
    /// The offset in the encoded value.
    let position: Int?
    let reason: String

    init(_ reason: String, at position: Int?) {
        code = .malformed
        self.position = position
        self.reason = reason
    }

    /// A value that is larger than a limit.
    init(limit reason: String, at position: Int? = nil) {
        code = .limitExceeded
        self.position = position
        self.reason = reason
    }
}
