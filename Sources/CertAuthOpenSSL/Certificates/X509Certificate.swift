// SPDX-License-Identifier: Apache-2.0
// The owner of one X509: shared, immutable after init.

import COpenSSL

/// A certificate as decoded by OpenSSL.
///
/// Sendable because nothing changes it after `init` has filled OpenSSL's lazy extension cache, and OpenSSL's reference
/// counting is atomic.
package final class X509Certificate: @unchecked Sendable {
    private let pointer: OpaquePointer
    /// Whether it was decoded outside of the default library context.
    let isFromDecodingContext: Bool
    /// Whether its key was deliberately not decoded. Such a certificate verifies nothing and is on no path.
    let isWithoutKey: Bool
    /// The DER that it was decoded from, and the signature in it. Nil if the caller did not provide them.
    let signature: (der: [UInt8], position: CertificateSignature)?
    /// What tuned verification stores for its key.
    let preparedKey: PreparedKey
    /// The same certificate in the default library context.
    private let inDefault = CachedCopy()
    /// The same certificate as `readyForPath` returns it if it is not self-signed, or has policyConstraints only.
    let unmarked = CachedCopy()

    /// Decodes exactly one DER certificate. Trailing bytes are an error.
    ///
    /// Corresponds to `d2i_X509`.
    ///
    /// - Parameter kind: the kind of its key, if the caller has read it.
    /// - Parameter isUsual: whether no library context decodes the key if the one for this kind does not. A certificate
    ///   with an invalid key, such as a point that is not on its curve, is then not decoded a second time.
    /// - Parameter signature: the position of the signature, if the caller has read it.
    package convenience init(
        der: [UInt8],
        key kind: PublicKeyKind? = nil,
        isUsual: Bool = false,
        signature: CertificateSignature? = nil
    ) throws(OpenSSLError) {
        self.init(
            try Tuning.verification.decode(der, key: kind, isUsual: isUsual),
            signature: signature.map { (der: der, position: $0) }
        )
    }

    /// Decodes exactly one DER certificate but not its key, which is too expensive to decode or can't be accepted.
    ///
    /// No other initializer may receive these bytes afterwards. The certificate's key verifies nothing.
    ///
    /// - Parameter signature: the position of the signature, if the caller has read it.
    package convenience init(withoutKey der: [UInt8], signature: CertificateSignature?) throws(OpenSSLError) {
        guard let context = LibraryContext.withoutKeys.pointer else {
            throw OpenSSLError(operation: "OSSL_PROVIDER_load: no null provider", entries: [])
        }
        self.init(
            DecodedCertificate(pointer: try Self.decode(der, in: context), isFromDecodingContext: true),
            isWithoutKey: true,
            signature: signature.map { (der: der, position: $0) }
        )
    }

    /// Decodes a certificate in the default library context. The caller owns the reference.
    static func decode(_ der: [UInt8]) throws(OpenSSLError) -> OpaquePointer {
        try der.withUnsafeBufferPointer { bytes throws(OpenSSLError) -> OpaquePointer in
            var cursor = bytes.baseAddress
            let made = try checked("d2i_X509") { d2i_X509(nil, &cursor, bytes.count) }
            guard cursor == bytes.baseAddress.map({ $0 + bytes.count }) else {
                X509_free(made)
                throw OpenSSLError(operation: "d2i_X509: trailing bytes after the certificate", entries: [])
            }
            return made
        }
    }

    /// Decodes a certificate. The caller owns the reference.
    static func decode(_ der: [UInt8], in context: OpaquePointer) throws(OpenSSLError) -> OpaquePointer {
        var made: OpaquePointer? = try checked("X509_new_ex") { X509_new_ex(context, nil) }
        return try der.withUnsafeBufferPointer { bytes throws(OpenSSLError) -> OpaquePointer in
            var cursor = bytes.baseAddress
            // On failure OpenSSL frees the object and sets the pointer to nil.
            let decoded = try checked("d2i_X509") { d2i_X509(&made, &cursor, bytes.count) }
            guard cursor == bytes.baseAddress.map({ $0 + bytes.count }) else {
                X509_free(decoded)
                throw OpenSSLError(operation: "d2i_X509: trailing bytes after the certificate", entries: [])
            }
            return decoded
        }
    }

    /// Takes ownership of the caller's reference.
    package convenience init(adopting pointer: OpaquePointer) { self.init(DecodedCertificate(pointer: pointer)) }

    private init(
        _ decoded: DecodedCertificate,
        isWithoutKey: Bool = false,
        signature: (der: [UInt8], position: CertificateSignature)? = nil
    ) {
        pointer = decoded.pointer
        isFromDecodingContext = decoded.isFromDecodingContext
        preparedKey = PreparedKey(kind: decoded.keyKind)
        self.isWithoutKey = isWithoutKey
        self.signature = signature
        // Fills the lazy extension cache before threads share the object.
        _ = X509_get_extension_flags(pointer)
        ERR_clear_error()
    }

    /// Takes a reference of its own. Corresponds to `X509_up_ref`.
    package convenience init(retaining pointer: OpaquePointer) throws(OpenSSLError) {
        try checkedStatus("X509_up_ref") { X509_up_ref(pointer) }
        self.init(adopting: pointer)
    }

    /// Takes a reference of its own to a certificate that libssl decoded for a connection.
    ///
    /// - Parameter isFromDecodingContext: whether the connection's context is not the default one.
    convenience init(presented pointer: OpaquePointer, isFromDecodingContext: Bool) throws(OpenSSLError) {
        try checkedStatus("X509_up_ref") { X509_up_ref(pointer) }
        self.init(DecodedCertificate(pointer: pointer, isFromDecodingContext: isFromDecodingContext))
    }

    deinit { X509_free(pointer) }

    /// The same certificate, decoded once in the default library context. A certificate without its key is returned as
    /// it is.
    func inDefaultContext() throws(OpenSSLError) -> X509Certificate {
        guard isFromDecodingContext, !isWithoutKey else { return self }
        return try inDefault.copy(of: self) { () throws(OpenSSLError) in
            X509Certificate(adopting: try Self.decode(encodedDER()))
        }
    }

    /// Lends the `X509 *` for the duration of the closure.
    package func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(pointer)
    }

    /// The certificate's DER. Corresponds to `i2d_X509`.
    package func encodedDER() throws(OpenSSLError) -> [UInt8] {
        try encoded("i2d_X509") { i2d_X509(pointer, $0) }
    }

    /// True if issuer and subject match and the certificate's own key verifies the signature.
    ///
    /// Corresponds to `X509_self_signed` with signature verification, which gives no answer if OpenSSL marks the
    /// certificate as invalid.
    package var isSelfSigned: Bool {
        let answer = X509_self_signed(pointer, 1)
        ERR_clear_error()
        guard answer < 0 else { return answer == 1 }
        let isSelfIssued = X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_issuer_name(pointer)) == 0
        return isSelfIssued && isVerified(byKeyOf: self)
    }

    /// True if `issuer`'s key verifies this certificate's signature.
    package func isSigned(by issuer: X509Certificate) -> Bool { Tuning.verification.isSigned(self, by: issuer) }

    /// Whether its key verifies the signature in the DER of a certificate, CRL or OCSP response. Nil if the key is of
    /// another kind than the signature, or OpenSSL could not try.
    package func verifies(_ signature: CertificateSignature, in der: [UInt8]) -> Bool? {
        Tuning.verification.verifies(signature, in: der, by: self)
    }

    /// Whether `issuer`'s key verifies the signature in the library context of this certificate. Corresponds to
    /// `X509_verify`.
    func isVerified(byKeyOf issuer: X509Certificate) -> Bool {
        guard let key = X509_get0_pubkey(issuer.pointer) else {
            ERR_clear_error()
            return false
        }
        let answer = X509_verify(pointer, key)
        ERR_clear_error()
        return answer == 1
    }

    /// The extensions that `X509_get_extension_flags` decodes. A value that it can't decode sets `EXFLAG_INVALID`.
    private static let decodedExtensions: [Int32] = [
        NID_basic_constraints, NID_key_usage, NID_ext_key_usage, NID_subject_key_identifier,
        NID_authority_key_identifier, NID_subject_alt_name,
    ]

    /// The index of the first extension whose syntax OpenSSL 3.0 knows and whose value can't be decoded or has trailing
    /// bytes.
    ///
    /// Corresponds to `X509V3_EXT_get` and `ASN1_item_d2i` for `ExtensionSyntax.known`.
    package var firstMalformedExtension: Int? {
        defer { ERR_clear_error() }
        // OpenSSL decoded these when it computed the flags, which show whether one was malformed.
        let decoded = X509_get_extension_flags(pointer) & UInt32(EXFLAG_INVALID) == 0 ? Self.decodedExtensions : []
        return (0..<X509_get_ext_count(pointer)).first { index in
            guard let entry = X509_get_ext(pointer, index) else { return false }
            let kind = OBJ_obj2nid(X509_EXTENSION_get_object(entry))
            guard ExtensionSyntax.known.contains(kind), !decoded.contains(kind) else { return false }
            return CA_X509_extension_is_malformed(entry) == 1
        }.map(Int.init)
    }

    /// The indices of critical extensions that OpenSSL does not process. Corresponds to `X509_supported_extension`.
    package var unsupportedCriticalExtensions: [Int] {
        (0..<X509_get_ext_count(pointer)).filter { index in
            guard let entry = X509_get_ext(pointer, index) else { return false }
            return X509_EXTENSION_get_critical(entry) == 1 && X509_supported_extension(entry) == 0
        }.map(Int.init)
    }

    /// Whether OpenSSL could decode the public key. Corresponds to `X509_get0_pubkey`.
    package var hasUsablePublicKey: Bool {
        defer { ERR_clear_error() }
        return X509_get0_pubkey(pointer) != nil
    }

    /// Whether OpenSSL tried to decode the public key and failed.
    package var hasUndecodableKey: Bool { !isWithoutKey && !hasUsablePublicKey }
}
