// SPDX-License-Identifier: Apache-2.0
// From when until when a certificate holds.

/// A validity period (RFC 5280 §4.1.2.5); both ends belong to it.
public struct Validity: Sendable, Hashable {
    /// The first second.
    public let notBefore: Timestamp
    /// The last second.
    public let notAfter: Timestamp

    init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        notBefore = try fields.time()
        notAfter = try fields.time()
        try fields.finish()
    }

    /// The last moment that lies within: certificates know whole seconds, so all of the last second does.
    package var lastMoment: Timestamp { notAfter.adding(seconds: 1).lastMomentBefore }

    /// Whether `moment` lies within, both ends included.
    public func contains(_ moment: Timestamp) -> Bool { moment >= notBefore && moment <= lastMoment }
}
