// SPDX-License-Identifier: Apache-2.0
// One line of a request's header section.

/// One header field line of a request.
public struct HeaderField: Sendable, Hashable {
    /// The name as it was sent.
    public let name: String
    /// The value as it was sent.
    public let value: String

    /// Makes a field line.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
