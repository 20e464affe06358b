// SPDX-License-Identifier: Apache-2.0
// The ways in which proxies write certificates into headers. One is chosen by configuration, none is guessed.

/// How certificates are written in a header.
public enum CertificateEncoding: String, Sendable, CaseIterable {
    /// Standard base64 of the DER, padded, without markers.
    case base64DER = "base64-der"
    /// The same, several certificates with commas between.
    case base64DERList = "base64-der-list"
    /// Standard base64 of several DER certificates one behind the other.
    case base64ConcatenatedDER = "base64-concatenated-der"
    /// Two hexadecimal digits a byte of the DER, no separators.
    case hexDER = "hex-der"
    /// PEM in which `%XX` stands for a byte; `+` is a plus sign, never a space.
    case percentEncodedPEM = "percent-encoded-pem"
    /// PEM with blanks and tabs where the lines break.
    case spacedPEM = "spaced-pem"
    /// A structured field: one byte sequence, or a list of them (RFC 9440).
    case byteSequence = "byte-sequence"

    /// The certificates of a header's value, in its order.
    ///
    /// - Parameter limits: `certificates` decides whether a second certificate is a breach.
    /// - Returns: at least one certificate; each is one whole DER value.
    func certificates(_ value: String, _ limits: ForwardingLimits) throws(DecodingFault) -> [[UInt8]] {
        let bytes = Array(value.utf8)
        guard bytes.count <= limits.headerBytes else {
            throw DecodingFault(limit: "\(bytes.count) bytes, at most \(limits.headerBytes) (limits.headerBytes)")
        }
        guard !bytes.isEmpty else { throw DecodingFault("empty, expected \(rawValue)", at: 0) }
        // One more tells that there are too many; the rest of a long list is not decoded.
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
