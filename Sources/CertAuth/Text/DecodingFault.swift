// SPDX-License-Identifier: Apache-2.0
// What is wrong with an encoded value, before it is known which header it is from.

/// A breach of an encoding, and its position.
struct DecodingFault: Error, Hashable {
    /// Whether the value is larger than a limit; otherwise it is malformed.
    let exceedsLimit: Bool
    /// The offset in the encoded value.
    let position: Int?
    let reason: String

    init(_ reason: String, at position: Int?) {
        exceedsLimit = false
        self.position = position
        self.reason = reason
    }

    /// A value that is larger than a limit.
    init(limit reason: String, at position: Int? = nil) {
        exceedsLimit = true
        self.position = position
        self.reason = reason
    }
}
