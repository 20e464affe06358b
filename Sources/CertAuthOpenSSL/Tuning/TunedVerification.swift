// SPDX-License-Identifier: Apache-2.0
// Verification with small library contexts, prepared keys and known signatures.

import COpenSSL

/// Verifies with less work than `PlainVerification`, which decides again if this one would refuse.
struct TunedVerification: CertificateVerification {
    /// Decodes in the library context for the kind of key. A certificate that can't be decoded there, or whose key
    /// can't, is decoded in the default context.
    func decode(
        _ der: [UInt8],
        key kind: PublicKeyKind?,
        isUsual: Bool
    ) throws(OpenSSLError) -> DecodedCertificate {
        guard let kind, let context = DecodingContext.context(for: kind).pointer,
            let decoded = try? X509Certificate.decode(der, in: context)
        else { return try PlainVerification().decode(der, key: kind, isUsual: isUsual) }
        let hasKey = X509_get0_pubkey(decoded) != nil
        guard hasKey || isUsual else {
            X509_free(decoded)
            return try PlainVerification().decode(der, key: kind, isUsual: isUsual)
        }
        return DecodedCertificate(pointer: decoded, isFromDecodingContext: true, keyKind: hasKey ? kind : nil)
    }

    /// Checks with the issuer's prepared key. Nil if it has none for this algorithm.
    func verifies(_ signature: CertificateSignature, in der: [UInt8], by issuer: X509Certificate) -> Bool? {
        guard let check = issuer.preparedCheck(for: signature.algorithm) else { return nil }
        defer { ERR_clear_error() }
        return check.verifies(signature, of: der)
    }

    /// Checks the signed bytes in place if the signature's algorithm is known and the issuer's key fits it.
    ///
    /// A known kind of key that does not fit a known algorithm verifies nothing, and OpenSSL is not asked. A context for
    /// one kind of key can't check signatures by another, and an issuer whose kind has no context may need more than such
    /// a context offers: in these cases the default context answers.
    func isSigned(_ certificate: X509Certificate, by issuer: X509Certificate) -> Bool {
        if let signature = certificate.signature {
            let algorithm = signature.position.algorithm
            if let kind = issuer.preparedKey.kind, kind != algorithm.keyKind { return false }
            if let answer = verifies(signature.position, in: signature.der, by: issuer) { return answer }
        }
        if let kind = certificate.preparedKey.kind, let other = issuer.preparedKey.kind, other != kind {
            return PlainVerification().isSigned(certificate, by: issuer)
        }
        if certificate.isVerified(byKeyOf: issuer) { return true }
        guard certificate.isWithoutKey || certificate.isFromDecodingContext && !issuer.isFromDecodingContext else {
            return false
        }
        return PlainVerification().isSigned(certificate, by: issuer)
    }

    /// An acceptance is final. So is the refusal for a signature that the caller knows not to verify; every earlier
    /// step of OpenSSL has then passed. Any other refusal comes from `PlainVerification`.
    func verify(_ inputs: PathVerification) throws(OpenSSLError) -> PathVerification.Outcome {
        guard inputs.hasCheckedValidity else { return try PlainVerification().verify(inputs) }
        let run = try VerifyRun(inputs, path: inputs.path)
        // OpenSSL ignores the flag if a time is set.
        let outcome = try run.outcome(step: KnownSignatures.callback, flagsInsteadOfTime: X509_V_FLAG_NO_CHECK_TIME)
        if case .accepted = outcome { return outcome }
        if let depth = inputs.brokenLink, outcome == .refused(.signatureFailure(at: depth)) { return outcome }
        return try PlainVerification().verify(inputs)
    }
}
