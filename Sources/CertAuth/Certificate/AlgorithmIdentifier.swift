// SPDX-License-Identifier: Apache-2.0
// Which algorithm, with which parameters.

/// An AlgorithmIdentifier (RFC 5280 §4.1.1.2).
public struct AlgorithmIdentifier: Sendable, Hashable {
    /// The algorithm.
    public let algorithm: OID
    /// The DER of the parameters, nil when absent.
    public let parameters: [UInt8]?
    /// The DER of the whole.
    public let derEncoded: [UInt8]

    init(from reader: inout DERReader) throws(DERError) {
        let sequence = try reader.value(DERTag.sequence)
        var fields = sequence.reader
        algorithm = try fields.objectIdentifier()
        parameters = fields.isAtEnd ? nil : Array(try fields.value().encoding)
        try fields.finish()
        derEncoded = Array(sequence.encoding)
    }
}
