// SPDX-License-Identifier: Apache-2.0
// Which algorithm, with which parameters.

/// An AlgorithmIdentifier (RFC 5280 §4.1.1.2).
package struct AlgorithmIdentifier: Sendable, Hashable {
    /// The algorithm.
    package let algorithm: OID
    /// The DER of the parameters, nil when absent.
    package var parameters: [UInt8]? { parametersStart.map { Array(derEncoded[$0...]) } }
    /// The DER of the whole.
    package let derEncoded: [UInt8]
    private let parametersStart: Int?

    init(from reader: inout DERReader) throws(DERError) {
        let sequence = try reader.value(DERTag.sequence)
        var fields = sequence.reader
        algorithm = try fields.objectIdentifier()
        parametersStart = fields.isAtEnd ? nil : fields.offset - sequence.encoding.startIndex
        if !fields.isAtEnd { _ = try fields.value() }
        try fields.finish()
        derEncoded = Array(sequence.encoding)
    }
}
