// SPDX-License-Identifier: Apache-2.0

/// A validity period (RFC 5280 §4.1.2.5), including both ends.
public struct Validity: Sendable, Hashable {
    /// The first valid second.
    public let notBefore: Timestamp
    /// The last valid second.
    public let notAfter: Timestamp

    init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        notBefore = try fields.time()
        notAfter = try fields.time()
        try fields.finish()
    }

    /// The last valid moment. Certificates use whole seconds, so all of the last second is valid.
    package var lastMoment: Timestamp { notAfter.adding(seconds: 1).lastMomentBefore }

    /// The last moments of the time before the period and of the period.
    var lastMoments: [Timestamp] { [notBefore.lastMomentBefore, lastMoment] }

    /// Whether `moment` is in the period, including both ends.
    package func contains(_ moment: Timestamp) -> Bool { moment >= notBefore && moment <= lastMoment }
}
