// SPDX-License-Identifier: Apache-2.0

/// How a proxy encodes certificates in a header. The configuration selects one; it is never guessed.
public enum CertificateEncoding: String, Sendable, CaseIterable {
    /// Standard base64 of the DER, padded, without markers.
    case base64DER = "base64-der"
    /// The same for several certificates, separated by commas.
    case base64DERList = "base64-der-list"
    /// Standard base64 of several concatenated DER certificates.
    case base64ConcatenatedDER = "base64-concatenated-der"
    /// The DER as two hexadecimal digits for each byte, without separators.
    case hexDER = "hex-der"
    /// Percent-encoded PEM. `+` is a plus sign, never a space.
    case percentEncodedPEM = "percent-encoded-pem"
    /// PEM with spaces or tabs instead of line breaks.
    case spacedPEM = "spaced-pem"
    /// A structured field: one byte sequence, or a list of them (RFC 9440).
    case byteSequence = "byte-sequence"

    /// Decodes the certificates of a header's value, in order.
    ///
    /// - Parameter limits: `certificates` determines whether a second certificate is an error.
    /// - Returns: at least one certificate. Each is one complete DER value.
    func certificates(_ value: String, _ limits: ForwardingLimits) throws(DecodingFault) -> [[UInt8]] {
        let bytes = Array(value.utf8)
        guard bytes.count <= limits.headerBytes else {
            throw DecodingFault(limit: "\(bytes.count) bytes, at most \(limits.headerBytes) (limits.headerBytes)")
        }
        guard !bytes.isEmpty else { throw DecodingFault("empty, expected \(rawValue)", at: 0) }
        // One more than permitted is enough to detect an excess. The rest of a long list is not decoded.
        let most = limits.certificates + 1
        let found =
            switch self {
            case .base64DER: [try Base64.bytes(of: bytes[...])]
            case .base64DERList: try Base64.list(of: bytes, most: most)
            case .base64ConcatenatedDER: try DERSequence.split(Base64.bytes(of: bytes[...]), most: most)
            case .hexDER: [try Hexadecimal.bytes(of: bytes)]
            case .percentEncodedPEM: try PEMValue(percentEncoded: bytes, most: most).certificates
            case .spacedPEM: try PEMValue(spaced: bytes, most: most).certificates
            case .byteSequence: try ByteSequences.list(bytes)
            }
        return try DERSequence.checked(found, limits)
    }
}
