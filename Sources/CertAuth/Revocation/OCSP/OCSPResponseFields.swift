// SPDX-License-Identifier: Apache-2.0

/// The fields of an OCSPResponse (RFC 6960 §4.2.1).
struct OCSPResponseFields: Sendable {
    let algorithm: AlgorithmIdentifier
    /// The position of the signature's bytes.
    let signature: Range<Int>
    /// The position of the signed part.
    let signed: Range<Int>
    let certificates: [[UInt8]]
    let responderID: OCSPResponse.ResponderID
    let producedAt: Timestamp
    let entries: [OCSPSingleResponse]
    let nonce: [UInt8]?
    /// The first unknown critical extension.
    let objectionable: OID?

    /// The maximum number of entries. Responders answer for a handful of certificates, never for a thousand.
    static let mostEntries = 1_000

    init(derEncoded: [UInt8]) throws(OCSPResponseError) {
        let status: OCSPResponseStatus
        let basic: ArraySlice<UInt8>?
        do throws(DERError) {
            (status, basic) = try Self.envelope(derEncoded)
        } catch {
            throw .malformed("\(error)")
        }
        guard status == .successful else { throw .notSuccessful(status) }
        guard let basic else { throw .malformed("a successful response without a basic response") }
        do throws(DERError) {
            try self.init(basic)
        } catch {
            throw .malformed("\(error)")
        }
        guard entries.count <= Self.mostEntries else { throw .tooLarge }
    }

    private static let understood: Set<OID> = [.ocspNonce, .ocspExtendedRevoke]

    /// Parses an OCSPResponse: the status, and the bytes of the BasicOCSPResponse, if there is one.
    private static func envelope(
        _ derEncoded: [UInt8]
    ) throws(DERError) -> (OCSPResponseStatus, ArraySlice<UInt8>?) {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        try reader.finish()
        let number = try DERReader.smallNumber(outer.value(DERTag.enumerated))
        guard let status = OCSPResponseStatus(rawValue: number) else {
            throw DERError(.invalidValue("the response status \(number), which does not exist"), at: 0)
        }
        guard let explicit = try outer.optional(DERTag.contextConstructed(0)) else {
            try outer.finish()
            return (status, nil)
        }
        try outer.finish()
        var wrapper = explicit.reader
        var bytes = try wrapper.constructed()
        try wrapper.finish()
        let type = try bytes.objectIdentifier()
        let contents = try bytes.value(DERTag.octetString).contents
        try bytes.finish()
        guard type == .ocspBasicResponse else {
            throw DERError(.invalidValue("a response of the unknown type \(type)"), at: 0)
        }
        return (status, contents)
    }

    /// Parses a BasicOCSPResponse.
    private init(_ basic: ArraySlice<UInt8>) throws(DERError) {
        var reader = DERReader(basic)
        var outer = try reader.constructed()
        try reader.finish()
        let part = try outer.value(DERTag.sequence)
        signed = part.encoding.indices
        algorithm = try AlgorithmIdentifier(from: &outer)
        let bits = try outer.bitString()
        guard bits.unusedBits == 0 else {
            throw DERError(.invalidValue("a signature with unused bits"), at: part.encoding.endIndex)
        }
        signature = bits.bytes.indices
        certificates = try Self.certificates(&outer)
        try outer.finish()

        var fields = part.reader
        try Self.checkVersion(&fields)
        responderID = try Self.responderID(fields.value())
        producedAt = try fields.generalizedTime()
        var list = try fields.constructed()
        var entries: [OCSPSingleResponse] = []
        while !list.isAtEnd, entries.count <= Self.mostEntries { entries.append(try OCSPSingleResponse(from: &list)) }
        self.entries = entries
        let extensions = try OCSPExtensions(optional: 1, &fields)
        try fields.finish()
        nonce = try extensions.nonce()
        objectionable = extensions.firstCritical(notIn: Self.understood)
    }

    private static func certificates(_ outer: inout DERReader) throws(DERError) -> [[UInt8]] {
        guard let explicit = try outer.optional(DERTag.contextConstructed(0)) else { return [] }
        var wrapper = explicit.reader
        var list = try wrapper.constructed()
        try wrapper.finish()
        var certificates: [[UInt8]] = []
        while !list.isAtEnd { certificates.append(Array(try list.value(DERTag.sequence).encoding)) }
        return certificates
    }

    /// Checks the version. Version 1 is the default, but some responders encode it.
    private static func checkVersion(_ fields: inout DERReader) throws(DERError) {
        guard let explicit = try fields.optional(DERTag.contextConstructed(0)) else { return }
        var inner = explicit.reader
        let number = try DERReader.smallNumber(inner.value(DERTag.integer))
        try inner.finish()
        guard number == 0 else {
            throw DERError(.invalidValue("a response of version \(number + 1)"), at: explicit.encoding.startIndex)
        }
    }

    private static func responderID(_ value: DERValue) throws(DERError) -> OCSPResponse.ResponderID {
        var inner = value.reader
        let identifier: OCSPResponse.ResponderID
        switch value.tag {
        case DERTag.contextConstructed(1): identifier = .name(try DistinguishedName(from: &inner))
        case DERTag.contextConstructed(2):
            identifier = .keyHash(Array(try inner.value(DERTag.octetString).contents))
        default: throw DERError(.unexpectedTag(found: value.tag, expected: 0xA1), at: value.encoding.startIndex)
        }
        try inner.finish()
        return identifier
    }
}
