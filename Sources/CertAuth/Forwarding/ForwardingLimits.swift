// SPDX-License-Identifier: Apache-2.0
// How much a header may hold, checked before a byte of it is decoded.

/// Bounds on forwarded certificates.
public struct ForwardingLimits: Sendable, Hashable {
    /// The most bytes of one header: a chain of ten certificates of 2 KiB, percent-encoded PEM.
    public var headerBytes = 48 * 1024
    /// The longest certificate in bytes, decoded; the same as in `ValidationLimits`.
    public var certificateBytes = 16 * 1024
    /// The most certificates; the same as in `ValidationLimits`.
    public var certificates = 10

    /// Makes the default limits.
    public init() {}
}
