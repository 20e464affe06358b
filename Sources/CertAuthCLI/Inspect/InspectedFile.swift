// SPDX-License-Identifier: Apache-2.0
// The contents of a file, including malformed parts.

package import CertAuth
import CertAuthOpenSSL

/// One object in a file.
package enum InspectedObject: Sendable {
    case certificate(Certificate)
    case revocationList(CertificateRevocationList)
    /// A private key, which is never shown; the text says how it is encoded. Its public key is nil if it is encrypted.
    case privateKey(String, PublicKeyInfo?)
    /// A request, an OCSP response or a public key.
    case details(InspectedDetails)
    /// A PEM block with a label that is not supported; the label.
    case other(String)
    /// A certificate or CRL that cannot be decoded; its kind and the reason.
    case malformed(kind: String, reason: String)
}

/// A file with all its objects.
package struct InspectedFile: Sendable {
    package let path: String
    package let objects: [InspectedObject]

    /// Reads a file: PEM with any number of objects, DER with one certificate or CRL, or PKCS #12.
    ///
    /// - Throws: `CommandFailure` of kind usage for an unreadable file and for a wrong password. Malformed contents do
    ///   not throw; they are objects, too.
    package init(path: String, password: String?) throws(CommandFailure) {
        self.path = path
        let contents: [UInt8]
        do throws(BoundedFile.Failure) {
            contents = try BoundedFile.contents(of: path, limit: CertificateRevocationList.fileSizeLimit)
        } catch {
            switch error {
            case .unreadable(let reason): throw .usage("\(path): can't be read: \(reason)")
            case .tooLarge(let limit): throw .usage("\(path): larger than \(limit) bytes")
            }
        }
        guard contents.contains(where: { $0 > 0x20 }) else { throw .usage("\(path): empty") }
        if contents.first == DERTag.sequence {
            objects = try Self.binary(contents, path: path, password: password)
        } else {
            objects = Self.blocks(contents)
        }
    }

    /// The certificates that could be decoded, in order.
    package var certificates: [Certificate] {
        objects.compactMap { if case .certificate(let certificate) = $0 { certificate } else { nil } }
    }

    private static func blocks(_ contents: [UInt8]) -> [InspectedObject] {
        let document: PEMDocument
        do throws(PEMDocument.Failure) {
            document = try PEMDocument(contents)
        } catch {
            return [.malformed(kind: "PEM", reason: error.text)]
        }
        guard !document.blocks.isEmpty else {
            return [.malformed(kind: "file", reason: "neither PEM, DER nor PKCS #12")]
        }
        return document.blocks.flatMap(objects)
    }

    private static func objects(_ block: PEMDocument.Block) -> [InspectedObject] {
        switch block.label {
        case "CERTIFICATE", "X509 CERTIFICATE": return [certificate(block.bytes)]
        case "TRUSTED CERTIFICATE": return [trustedCertificate(block.bytes)]
        case "X509 CRL": return [revocationList(block.bytes)]
        case "OCSP RESPONSE": return [.ocspResponse(block.bytes)]
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST": return [.certificateRequest(block.bytes)]
        case "PUBLIC KEY": return [.publicKey(block.bytes)]
        case "PKCS7", "CMS": return signedData(block.bytes)
        case let label where label.hasSuffix("PRIVATE KEY"):
            return [.privateKey(DisplayText.escaped(label), publicKey(ofPrivateKey: block.bytes))]
        default: return [.other(DisplayText.escaped(block.label))]
        }
    }

    /// The public half of an unencrypted private key; nil for all other bytes.
    private static func publicKey(ofPrivateKey bytes: [UInt8]) -> PublicKeyInfo? {
        guard let encoded = try? PrivateKey(der: bytes).subjectPublicKeyInfo() else { return nil }
        var reader = DERReader(encoded)
        return try? PublicKeyInfo(from: &reader)
    }

    private static func signedData(_ bytes: [UInt8]) -> [InspectedObject] {
        do throws(DERError) {
            let contents = try SignedDataContents(derEncoded: bytes)
            let objects = contents.certificates.map(certificate) + contents.revocationLists.map(revocationList)
            return objects.isEmpty ? [.other("a PKCS #7 file without certificates")] : objects
        } catch {
            return [.malformed(kind: "PKCS #7", reason: "\(error)")]
        }
    }

    private static func binary(
        _ contents: [UInt8],
        path: String,
        password: String?
    ) throws(CommandFailure) -> [InspectedObject] {
        switch EncodedObjectKind(encoded: contents) {
        case .pkcs12: try pkcs12(contents, path: path, password: password)
        case .certificate, nil: [certificate(contents)]
        case .revocationList: [revocationList(contents)]
        case .privateKey: [.privateKey("in DER", publicKey(ofPrivateKey: contents))]
        case .encryptedPrivateKey: [.privateKey("encrypted, in DER", nil)]
        case .ocspResponse: [.ocspResponse(contents)]
        case .certificateRequest: [.certificateRequest(contents)]
        case .publicKey: [.publicKey(contents)]
        case .pkcs7: signedData(contents)
        }
    }

    private static func pkcs12(
        _ contents: [UInt8],
        path: String,
        password: String?
    ) throws(CommandFailure) -> [InspectedObject] {
        let file: PKCS12File
        do throws(PKCS12Error) {
            file = try PKCS12File.decode(contents, password: password ?? "")
        } catch {
            if case .wrongPassword = error {
                throw .password(
                    "\(path): the password does not open this PKCS #12 file",
                    hint: "give the correct one with --password-file FILE, or set CERTAUTH_PASSWORD"
                )
            }
            return [.malformed(kind: "PKCS #12", reason: "\(error)")]
        }
        var objects: [InspectedObject] = []
        for handle in [file.certificate].compactMap({ $0 }) + file.authorities {
            do throws(CertificateError) {
                objects.append(.certificate(try Certificate(handle: handle)))
            } catch {
                objects.append(.malformed(kind: "certificate", reason: "\(error)"))
            }
        }
        if let key = file.key {
            let encoded = try? key.subjectPublicKeyInfo()
            let publicKey = encoded.flatMap { encoded in
                var reader = DERReader(encoded)
                return try? PublicKeyInfo(from: &reader)
            }
            objects.append(.privateKey("in PKCS #12", publicKey))
        }
        return objects
    }

    private static func certificate(_ bytes: [UInt8]) -> InspectedObject {
        do throws(CertificateError) {
            return .certificate(try Certificate(derEncoded: bytes))
        } catch {
            return .malformed(kind: "certificate", reason: "\(error)")
        }
    }

    /// Reads OpenSSL's own format: a certificate followed by trust settings, which are not shown.
    private static func trustedCertificate(_ bytes: [UInt8]) -> InspectedObject {
        var reader = DERReader(bytes)
        guard let value = try? reader.value(DERTag.sequence) else { return certificate(bytes) }
        return certificate(Array(value.encoding))
    }

    private static func revocationList(_ bytes: [UInt8]) -> InspectedObject {
        do throws(CertificateError) {
            return .revocationList(try CertificateRevocationList(derEncoded: bytes))
        } catch {
            return .malformed(kind: "CRL", reason: "\(error)")
        }
    }
}
