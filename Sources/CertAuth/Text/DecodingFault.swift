// SPDX-License-Identifier: Apache-2.0

/// A violation of an encoding, and its position. The header that contained the value is not known here.
struct DecodingFault: Error, Hashable {
    /// Whether the value exceeds a limit; otherwise it is malformed.
    let exceedsLimit: Bool
    /// The offset in the encoded value.
    let position: Int?
    let reason: String

    init(_ reason: String, at position: Int?) {
        exceedsLimit = false
        self.position = position
        self.reason = reason
    }

    /// A value that exceeds a limit.
    init(limit reason: String, at position: Int? = nil) {
        exceedsLimit = true
        self.position = position
        self.reason = reason
    }
}
