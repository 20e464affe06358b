// SPDX-License-Identifier: Apache-2.0
// What a responder says about one certificate.

/// A SingleResponse (RFC 6960 §4.2.1).
package struct OCSPSingleResponse: Sendable, Hashable {
    /// CertStatus.
    package enum Status: Sendable, Hashable {
        /// Not revoked.
        case good
        /// Revoked, from when on and why.
        case revoked(at: Timestamp, reason: Int?)
        /// The responder does not know the certificate.
        case unknown
    }

    /// Which certificate.
    package let certificateID: OCSPCertificateID
    /// What about it.
    package let status: Status
    /// When that was true.
    package let thisUpdate: Timestamp
    /// Until when there is nothing newer; nil means that there always is.
    package let nextUpdate: Timestamp?
    /// The first critical extension that is not understood.
    let objectionable: OID?

    init(from reader: inout DERReader) throws(DERError) {
        var fields = try reader.constructed()
        certificateID = try OCSPCertificateID(from: &fields)
        status = try Self.status(fields.value())
        thisUpdate = try fields.generalizedTime()
        nextUpdate = try fields.optional(DERTag.contextConstructed(0)).map { wrapper throws(DERError) in
            var inner = wrapper.reader
            let time = try inner.generalizedTime()
            try inner.finish()
            return time
        }
        objectionable = try OCSPExtensions(optional: 1, &fields).firstCritical(notIn: Self.understood)
        try fields.finish()
    }

    private static let understood: Set<OID> = [.signedCertificateTimestamps, .ocspArchiveCutoff, .ocspCRLReferences]

    private static func status(_ value: DERValue) throws(DERError) -> Status {
        switch value.tag {
        case DERTag.context(0), DERTag.context(2):
            guard value.contents.isEmpty else {
                throw DERError(.invalidValue("a NULL with contents"), at: value.encoding.startIndex)
            }
            return value.tag == DERTag.context(0) ? .good : .unknown
        case DERTag.contextConstructed(1):
            var fields = value.reader
            let moment = try fields.generalizedTime()
            let reason = try fields.optional(DERTag.contextConstructed(0)).map { wrapper throws(DERError) in
                var inner = wrapper.reader
                let number = try DERReader.smallNumber(inner.value(DERTag.enumerated))
                try inner.finish()
                guard number <= 10, number != 7 else {
                    throw DERError(.invalidValue("a reason code that does not exist"), at: inner.offset)
                }
                return number
            }
            try fields.finish()
            return .revoked(at: moment, reason: reason)
        default:
            throw DERError(.unexpectedTag(found: value.tag, expected: 0x80), at: value.encoding.startIndex)
        }
    }
}

extension DERReader {
    /// Takes a time that must be a GeneralizedTime.
    mutating func generalizedTime() throws(DERError) -> Timestamp {
        guard nextTag == DERTag.generalizedTime else {
            throw DERError(.unexpectedTag(found: nextTag ?? 0, expected: DERTag.generalizedTime), at: offset)
        }
        return try time()
    }
}
