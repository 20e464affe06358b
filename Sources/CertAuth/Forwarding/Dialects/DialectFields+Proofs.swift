// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension DialectFields {
    /// The single byte sequence of a header (RFC 9440 §2.2); nil if the header is missing or empty.
    func byteSequence(_ header: String) throws(ForwardingError) -> [UInt8]? {
        guard let text = text(header) else { return nil }
        var single = limits
        single.certificates = 1
        do throws(DecodingFault) {
            return try DERSequence.checked([ByteSequences.item(Array(text.utf8))], single).first
        } catch {
            throw self.error(error.code, header, error.position, error.reason)
        }
    }

    /// The list of byte sequences of a header (RFC 9440 §2.3); empty if the header is missing or empty.
    func byteSequences(_ header: String) throws(ForwardingError) -> [[UInt8]] {
        guard let text = text(header) else { return [] }
        do throws(DecodingFault) {
            return try CertificateEncoding.byteSequence.certificates(text, limits)
        } catch {
            throw self.error(error.code, header, error.position, error.reason)
        }
    }

    /// Throws if the header contains a SHA-256 digest that is not the certificate's.
    func checkDigest(_ header: String, of certificate: [UInt8]) throws(ForwardingError) {
        guard let text = text(header) else { return }
        let digest: [UInt8]
        do throws(OpenSSLError) {
            digest = try DigestAlgorithm.sha256.digest(certificate)
        } catch {
            throw self.error(.internalError, header, nil, "\(error)")
        }
        guard Hexadecimal.bytes(text) == digest else { throw malformed(header, "not the SHA-256 of the certificate") }
    }
}
