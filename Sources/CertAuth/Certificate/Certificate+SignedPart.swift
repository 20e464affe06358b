// SPDX-License-Identifier: Apache-2.0
// What a certificate says, apart from the signature under it.

extension Certificate {
    /// The contents of the tbsCertificate: what the issuer signed.
    ///
    /// Whoever has a certificate under an ECDSA signature (r, s) can put (r, n - s) in its place: other bytes, another
    /// thumbprint, and valid all the same. To keep somebody out, compare this; to let somebody in, the whole.
    package var signedPart: [UInt8] { Self.signedPart(of: derEncoded) ?? derEncoded }

    /// The same of a certificate that has not been read yet; nil for what is none.
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
