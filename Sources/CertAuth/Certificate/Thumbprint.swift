// SPDX-License-Identifier: Apache-2.0
// Digests that name a certificate or a public key.

internal import CertAuthOpenSSL

/// The digest of a certificate's DER, or of its subjectPublicKeyInfo.
public struct Thumbprint: Sendable, Hashable, CustomStringConvertible {
    /// The digest algorithms offered; SHA-1 only to compare with older systems.
    public enum Algorithm: String, Sendable, CaseIterable {
        case sha1, sha256, sha384, sha512

        /// The digest's length in bytes.
        package var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        var digest: DigestAlgorithm {
            switch self {
            case .sha1: .sha1
            case .sha256: .sha256
            case .sha384: .sha384
            case .sha512: .sha512
            }
        }
    }

    /// Which digest.
    package let algorithm: Algorithm
    /// The digest, `algorithm.byteCount` bytes.
    public let bytes: [UInt8]
    /// The subjectPublicKeyInfo of the certificate that this is the digest of; nil for a digest from elsewhere. Not
    /// compared: it tells authorization policies which key a certificate has that is to be kept out.
    let publicKeyInfo: [UInt8]?

    package init(algorithm: Algorithm, bytes: [UInt8]) {
        self.init(algorithm: algorithm, bytes: bytes, publicKeyInfo: nil)
    }

    init(algorithm: Algorithm, bytes: [UInt8], publicKeyInfo: [UInt8]?) {
        self.algorithm = algorithm
        self.bytes = bytes
        self.publicKeyInfo = publicKeyInfo
    }

    /// Reads hexadecimal digits; colons between bytes are allowed. The length selects the algorithm, nil if none fits.
    public init?(hexadecimal text: String) {
        guard let bytes = Hexadecimal.bytes(text),
            let algorithm = Algorithm.allCases.first(where: { $0.byteCount == bytes.count })
        else { return nil }
        self.init(algorithm: algorithm, bytes: bytes)
    }

    /// Equal when the digests are equal and of the same algorithm.
    public static func == (left: Thumbprint, right: Thumbprint) -> Bool {
        left.bytes == right.bytes && left.algorithm == right.algorithm
    }

    /// Hashes the first bytes, which are as evenly spread as all of them.
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(8))) }
    }

    /// Lower-case hexadecimal digits without separators.
    public var hexadecimal: String { Hexadecimal.text(bytes) }

    /// The same as `hexadecimal`.
    public var description: String { hexadecimal }
}
