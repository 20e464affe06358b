// SPDX-License-Identifier: Apache-2.0

/// Decodes certificates, and verifies their signatures and paths.
///
/// `PlainVerification` makes plain OpenSSL calls. `TunedVerification` saves work. Both give equal answers, for
/// certificates that either of them has decoded.
protocol CertificateVerification: Sendable {
    /// Decodes exactly one DER certificate.
    ///
    /// - Parameters:
    ///   - kind: the kind of its key, if the caller has read it.
    ///   - isUsual: whether no library context decodes the key if the one for this kind does not.
    func decode(
        _ der: [UInt8],
        key kind: PublicKeyKind?,
        isUsual: Bool
    ) throws(OpenSSLError) -> DecodedCertificate

    /// Whether the issuer's key verifies a signature in the DER of a certificate, CRL or OCSP response.
    ///
    /// Nil if the key is of another kind, or OpenSSL could not try.
    func verifies(_ signature: CertificateSignature, in der: [UInt8], by issuer: X509Certificate) -> Bool?

    /// Whether the issuer's key verifies the certificate's signature.
    func isSigned(_ certificate: X509Certificate, by issuer: X509Certificate) -> Bool

    /// Verifies a path.
    ///
    /// - Throws: `OpenSSLError` if OpenSSL could not start the verification, for instance when out of memory.
    func verify(_ inputs: PathVerification) throws(OpenSSLError) -> PathVerification.Outcome
}

/// A decoded certificate. The caller owns the reference.
struct DecodedCertificate {
    let pointer: OpaquePointer
    /// Whether it was decoded outside of the default library context.
    var isFromDecodingContext = false
    /// The kind of its key, if it was decoded in the context for this kind.
    var keyKind: PublicKeyKind?
}
