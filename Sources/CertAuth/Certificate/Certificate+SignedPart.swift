// SPDX-License-Identifier: Apache-2.0

extension Certificate {
    /// The contents of the tbsCertificate, which the issuer signed.
    ///
    /// Anyone who has a certificate with an ECDSA signature (r, s) can replace it by (r, n - s). The result has other
    /// bytes and another thumbprint, but is equally valid. To exclude a client, compare this; to admit one, compare the
    /// whole certificate.
    package var signedPart: [UInt8] { Self.signedPart(of: derEncoded) ?? derEncoded }

    /// The contents of the tbsCertificate of an unparsed certificate; nil if the bytes are not a certificate.
    static func signedPart(of derEncoded: [UInt8]) -> [UInt8]? {
        do throws(DERError) {
            var reader = DERReader(derEncoded)
            var certificate = try reader.constructed()
            return Array(try certificate.value(DERTag.sequence).contents)
        } catch {
            return nil
        }
    }
}
