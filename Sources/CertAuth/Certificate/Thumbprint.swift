// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The digest of a certificate's DER, or of its subjectPublicKeyInfo.
public struct Thumbprint: Sendable, Hashable, CustomStringConvertible {
    /// The digest algorithms. SHA-1 is only for comparison with older systems.
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

    /// The digest algorithm.
    package let algorithm: Algorithm
    /// The digest, `algorithm.byteCount` bytes.
    public let bytes: [UInt8]
    /// The subjectPublicKeyInfo of the certificate with this digest; nil for a digest from elsewhere. It is not
    /// compared. Authorization policies use it to exclude certificates by their key.
    let publicKeyInfo: [UInt8]?

    package init(algorithm: Algorithm, bytes: [UInt8]) {
        self.init(algorithm: algorithm, bytes: bytes, publicKeyInfo: nil)
    }

    init(algorithm: Algorithm, bytes: [UInt8], publicKeyInfo: [UInt8]?) {
        self.algorithm = algorithm
        self.bytes = bytes
        self.publicKeyInfo = publicKeyInfo
    }

    /// Parses hexadecimal digits. Colons between bytes are allowed. The length selects the algorithm; nil if it fits
    /// none.
    public init?(hexadecimal text: String) {
        guard let bytes = Hexadecimal.bytes(text),
            let algorithm = Algorithm.allCases.first(where: { $0.byteCount == bytes.count })
        else { return nil }
        self.init(algorithm: algorithm, bytes: bytes)
    }

    /// Equal if the digests and their algorithms are equal.
    public static func == (left: Thumbprint, right: Thumbprint) -> Bool {
        VisitCounter.add(1)
        return left.bytes == right.bytes && left.algorithm == right.algorithm
    }

    /// Hashes the first 8 bytes, which are as evenly distributed as all bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Lower-case hexadecimal digits without separators.
    package var hexadecimal: String { Hexadecimal.text(bytes) }

    /// The same as `hexadecimal`.
    public var description: String { hexadecimal }
}
