// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import CertAuthOpenSSL

/// What was parsed from a file. Immutable, so all settings and all reloads can share it.
package enum InputContents: Sendable {
    /// Not decoded. Users take copies with `undecoded`, so that what they decode does not stay here.
    case certificates([Certificate])
    case revocationLists([CertificateRevocationList])
    case ocspResponse(OCSPResponse)
    case privateKey(PrivateKey)
    case secret([UInt8])
    case names(NamesFile)

    /// Why a file cannot be used, without its path: the same file may have several.
    package enum Failure: Error, Sendable {
        case loading(CertificateLoadingError.Cause)
        case privateKey(PrivateKeyError)
        /// A PKCS #12 file, which has certificates and key in one.
        case pkcs12
        /// Something other than a private key in PEM; nil if it is not recognized.
        case otherKey(EncodedObjectKind?)
        case names(NamesFileError)
        case ocspResponse(OCSPResponseError, EncodedObjectKind?)
    }

    /// Parses the bytes of a file.
    ///
    /// - Parameter password: decrypts a private key.
    init(_ bytes: [UInt8], as kind: InputKind, password: String?) throws(Failure) {
        guard bytes.count <= kind.sizeLimit else { throw .loading(.tooLarge(limit: kind.sizeLimit)) }
        VisitCounter.add(bytes.count)
        switch kind {
        case .certificates:
            self = .certificates(
                try Self.loaded { () throws(CertificateLoadingError) in
                    var certificates: [Certificate] = []
                    try Certificate.forEach(in: bytes, source: "") { certificates.append($0.undecoded) }
                    return certificates
                }
            )
        case .revocationLists:
            self = .revocationLists(
                try Self.loaded { () throws(CertificateLoadingError) in
                    try CertificateRevocationList.load(bytes, source: "")
                }
            )
        case .ocspResponse:
            do throws(OCSPResponseError) {
                self = .ocspResponse(try OCSPResponse(derEncoded: bytes))
            } catch {
                throw .ocspResponse(error, EncodedObjectKind(encoded: bytes))
            }
        case .privateKey:
            if bytes.first == DERTag.sequence || !PrivateKeyFile.isPEM(bytes) {
                let kind = EncodedObjectKind(encoded: bytes)
                throw kind == .pkcs12 ? Failure.pkcs12 : Failure.otherKey(kind)
            }
            do throws(PrivateKeyError) {
                self = .privateKey(try PrivateKey(pem: String(decoding: bytes, as: UTF8.self), password: password))
            } catch {
                throw .privateKey(error)
            }
        case .secret: self = .secret(bytes)
        case .names:
            do throws(NamesFileError) {
                self = .names(try NamesFile(bytes))
            } catch {
                throw .names(error)
            }
        }
    }

    private static func loaded<Value>(
        _ load: () throws(CertificateLoadingError) -> Value
    ) throws(Failure) -> Value {
        do throws(CertificateLoadingError) {
            return try load()
        } catch {
            throw .loading(error.cause)
        }
    }
}
