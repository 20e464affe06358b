// SPDX-License-Identifier: Apache-2.0

/// A header field line of a request.
public struct HeaderField: Sendable, Hashable {
    /// The name as it was sent.
    public let name: String
    /// The value as it was sent.
    public let value: String

    /// Creates a field line.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
