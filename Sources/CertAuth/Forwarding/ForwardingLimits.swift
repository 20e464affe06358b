// SPDX-License-Identifier: Apache-2.0

/// Limits on forwarded certificates. They are checked before anything is decoded.
public struct ForwardingLimits: Sendable, Hashable {
    /// The maximum number of bytes in one header: enough for ten certificates of 2 KiB as percent-encoded PEM.
    public var headerBytes = 48 * 1024
    /// The maximum size of a decoded certificate in bytes, as in `ValidationLimits`.
    public var certificateBytes = 16 * 1024
    /// The maximum number of certificates, as in `ValidationLimits`.
    public var certificates = 10

    /// Creates the default limits.
    package init() {}
}
