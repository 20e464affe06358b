// SPDX-License-Identifier: Apache-2.0

/// The outermost layer of DER, to tell how many certificates a value contains.
enum DERSequence {
    /// Splits concatenated certificates, at most `most` of them.
    static func split(_ bytes: [UInt8], most: Int) throws(DecodingFault) -> [[UInt8]] {
        var reader = DERReader(bytes)
        var values: [[UInt8]] = []
        while !reader.isAtEnd, values.count < most {
            let start = reader.offset
            do throws(DERError) {
                values.append(Array(try reader.value(DERTag.sequence).encoding))
            } catch {
                throw DecodingFault("certificate \(values.count) at decoded byte \(start): \(error)", at: nil)
            }
        }
        return values
    }

    /// Returns `certificates` if each is one SEQUENCE without trailing bytes, and all are within the limits.
    static func checked(
        _ certificates: [[UInt8]],
        _ limits: ForwardingLimits
    ) throws(DecodingFault) -> [[UInt8]] {
        guard certificates.count <= limits.certificates else {
            let most = "at most \(limits.certificates) (limits.certificates)"
            guard limits.certificates > 1 else {
                throw DecodingFault("\(certificates.count) certificates, expected one", at: nil)
            }
            throw DecodingFault(limit: "\(certificates.count) certificates, \(most)")
        }
        guard !certificates.isEmpty else { throw DecodingFault("no certificate, expected one", at: 0) }
        for (index, certificate) in certificates.enumerated() {
            guard certificate.count <= limits.certificateBytes else {
                let text = "certificate \(index) of \(certificate.count) bytes, at most \(limits.certificateBytes)"
                throw DecodingFault(limit: "\(text) (limits.certificateBytes)")
            }
            guard !isOneValue(certificate) else { continue }
            guard try split(certificate, most: 2).count == 1 else {
                throw DecodingFault("certificate \(index) is not one DER value", at: nil)
            }
        }
        return certificates
    }

    private static func isOneValue(_ bytes: [UInt8]) -> Bool {
        var reader = DERReader(bytes)
        return (try? reader.value(DERTag.sequence)) != nil && reader.isAtEnd
    }
}
