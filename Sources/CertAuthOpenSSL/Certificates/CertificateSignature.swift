// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The positions of the signed part and of the signature in a certificate's DER.
///
/// Exists only if the certificate has the same signature algorithm inside and outside of the signed part, and the
/// algorithm is one of those below, without significant parameters. All other certificates are left to `X509_verify`.
package struct CertificateSignature: Sendable {
    /// A signature algorithm with its digest.
    package enum Algorithm: Sendable, Hashable {
        case ecdsaSHA224, ecdsaSHA256, ecdsaSHA384, ecdsaSHA512, rsaSHA224, rsaSHA256, rsaSHA384, rsaSHA512
        case ed25519, ed448
    }

    package let algorithm: Algorithm
    private let signedPart: Range<Int>
    private let value: Range<Int>

    /// - Parameters:
    ///   - signedPart: the range of the tbsCertificate, including its tag.
    ///   - value: the range of the signature's bytes.
    package init(_ algorithm: Algorithm, signedPart: Range<Int>, value: Range<Int>) {
        self.algorithm = algorithm
        self.signedPart = signedPart
        self.value = value
    }

    /// Whether a digest context that contains a key verifies the signature in `der`. Nil if OpenSSL could not try.
    ///
    /// Corresponds to `EVP_DigestVerify`.
    func isVerified(by context: OpaquePointer, in der: [UInt8]) -> Bool? {
        let status = withBytes(of: der) { signedPart, value in
            EVP_DigestVerify(context, value.baseAddress, value.count, signedPart.baseAddress, signedPart.count)
        }
        return switch status {
        case 1: true
        case 0: false
        default: nil
        }
    }

    /// Lends the signed bytes and the signature for the duration of the closure. Nil if the ranges exceed
    /// `certificate`.
    private func withBytes<Result>(
        of certificate: [UInt8],
        _ body: (_ signedPart: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        guard signedPart.lowerBound >= 0, signedPart.upperBound <= value.lowerBound,
            value.upperBound <= certificate.count
        else { return nil }
        return certificate.withUnsafeBufferPointer { bytes in
            body(UnsafeBufferPointer(rebasing: bytes[signedPart]), UnsafeBufferPointer(rebasing: bytes[value]))
        }
    }
}

extension CertificateSignature.Algorithm {
    /// The algorithm of an AlgorithmIdentifier. Nil unless it is encoded as in RFC 5758 §3.2, RFC 4055 §5 or RFC 8410
    /// §3.
    package init?(derEncoded: [UInt8]) {
        guard let known = Self.encodings.first(where: { $0.encoding == derEncoded }) else { return nil }
        self = known.algorithm
    }

    private static let encodings: [(encoding: [UInt8], algorithm: Self)] = [
        (ecdsa(2), .ecdsaSHA256), (rsa(11), .rsaSHA256), ([0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70], .ed25519),
        (ecdsa(3), .ecdsaSHA384), (rsa(12), .rsaSHA384), (ecdsa(4), .ecdsaSHA512), (rsa(13), .rsaSHA512),
        (ecdsa(1), .ecdsaSHA224), (rsa(14), .rsaSHA224), ([0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x71], .ed448),
    ]

    private static func ecdsa(_ arc: UInt8) -> [UInt8] {
        [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, arc]
    }

    private static func rsa(_ arc: UInt8) -> [UInt8] {
        [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, arc, 0x05, 0x00]
    }

    /// The kind of key that makes signatures of this algorithm.
    var keyKind: PublicKeyKind {
        switch self {
        case .ecdsaSHA224, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: .ellipticCurve
        case .rsaSHA224, .rsaSHA256, .rsaSHA384, .rsaSHA512: .rsa
        case .ed25519: .ed25519
        case .ed448: .ed448
        }
    }

    /// The bits of security that OpenSSL assigns: half the length of the digest, 128 for Ed25519, 224 for Ed448.
    var securityBits: Int32 {
        switch self {
        case .ecdsaSHA224, .rsaSHA224: 112
        case .ecdsaSHA256, .rsaSHA256, .ed25519: 128
        case .ecdsaSHA384, .rsaSHA384: 192
        case .ed448: 224
        case .ecdsaSHA512, .rsaSHA512: 256
        }
    }

    /// Nil if the algorithm includes its own digest.
    var digestName: String? {
        switch self {
        case .ecdsaSHA224, .rsaSHA224: "SHA224"
        case .ecdsaSHA256, .rsaSHA256: "SHA256"
        case .ecdsaSHA384, .rsaSHA384: "SHA384"
        case .ecdsaSHA512, .rsaSHA512: "SHA512"
        case .ed25519, .ed448: nil
        }
    }
}
