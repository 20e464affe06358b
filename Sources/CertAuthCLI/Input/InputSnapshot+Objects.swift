// SPDX-License-Identifier: Apache-2.0
// The objects that settings need from files.

package import CertAuth
import CertAuthOpenSSL
import CertAuthTLS

extension InputSnapshot {
    /// All certificates of a file. A file that cannot be used is a usage error.
    package func certificates(_ path: String) throws(CommandFailure) -> [Certificate] {
        do throws(InputContents.Failure) {
            guard case .certificates(let certificates) = try contents(of: path, as: .certificates) else { return [] }
            return certificates.map(\.undecoded)
        } catch {
            throw Self.failure(error, at: path)
        }
    }

    /// The certificates of all files as trust anchors.
    package func trustStore(_ paths: [String], flag: String) throws(CommandFailure) -> TrustStore {
        read(paths.map { InputFile($0, .certificates) })
        return try object(from: paths, in: \.trustStores) { () throws(CommandFailure) in
            var anchors: [Certificate] = []
            for path in paths { anchors += try certificates(path) }
            do throws(TrustStoreError) {
                return try TrustStore(certificates: anchors)
            } catch {
                throw .usage("\(flag): \(error)")
            }
        }
    }

    /// The CRLs of all files. A malformed one is a usage error here, because no client is being validated yet.
    package func evidence(_ paths: [String]) throws(CommandFailure) -> RevocationEvidence {
        read(paths.map { InputFile($0, .revocationLists) })
        return try object(from: paths, in: \.evidence) { () throws(CommandFailure) in
            var lists: [CertificateRevocationList] = []
            for path in paths {
                do throws(InputContents.Failure) {
                    guard case .revocationLists(let own) = try contents(of: path, as: .revocationLists) else {
                        continue
                    }
                    lists += own
                } catch {
                    throw Self.failure(error, at: path)
                }
            }
            return RevocationEvidence(revocationLists: lists)
        }
    }

    /// The server's identity.
    func identity(certificate: String, key: String, flag: String) throws(CommandFailure) -> ServerIdentity {
        read([InputFile(certificate, .certificates), InputFile(key, .privateKey)])
        var identity = try object(from: [certificate, key], in: \.identities) { () throws(CommandFailure) in
            let chain = try chain(certificate, flag: flag)
            let privateKey = try privateKey(key, flag: flag)
            do throws(TLSConfigurationError) {
                let source = certificate == key ? certificate : "\(certificate) and \(key)"
                return try ServerIdentity(chain: chain, key: privateKey, source: source)
            } catch {
                throw .usage(
                    "\(error)",
                    hint: "\(flag) needs the server's certificate first, then its issuers, and its private key"
                )
            }
        }
        identity.keyFile = status(of: key).flatMap { ServerIdentity.KeyFile(path: key, status: $0) }
        return identity
    }

    /// The bytes of the file of `--ticket-key`.
    func secret(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(InputContents.Failure) {
            guard case .secret(let bytes) = try contents(of: path, as: .secret) else { return [] }
            return bytes
        } catch {
            throw .usage(
                "--ticket-key \(Self.failure(error, at: path).message)",
                hint: "make one with: openssl rand -out F 32"
            )
        }
    }

    /// The OCSP response of a file of `--staple`.
    func ocspResponse(_ path: String) throws(CommandFailure) -> OCSPResponse {
        do throws(InputContents.Failure) {
            if case .ocspResponse(let response) = try contents(of: path, as: .ocspResponse) { return response }
            throw .loading(.unreadable("not a file"))
        } catch {
            throw Self.failure(error, at: path).of("--staple")
        }
    }

    private func chain(_ path: String, flag: String) throws(CommandFailure) -> [Certificate] {
        do throws(InputContents.Failure) {
            guard case .certificates(let certificates) = try contents(of: path, as: .certificates) else { return [] }
            return certificates.map(\.undecoded)
        } catch {
            throw Self.failure(error, at: path).of(flag)
        }
    }

    private func privateKey(_ path: String, flag: String) throws(CommandFailure) -> PrivateKey {
        do throws(InputContents.Failure) {
            if case .privateKey(let key) = try contents(of: path, as: .privateKey) { return key }
            throw .otherKey(nil)
        } catch {
            throw Self.failure(error, at: path).of(flag == "--cert" ? "--key" : flag)
        }
    }

    /// Returns the usage error for a file that cannot be used.
    static func failure(_ failure: InputContents.Failure, at path: String) -> CommandFailure {
        switch failure {
        case .loading(.wrongPassword), .pkcs12:
            return .usage(
                "\(path): a PKCS #12 file, expected PEM or DER",
                hint: "take the certificates out with: openssl pkcs12 -in FILE -nokeys -out certificates.pem",
                "take the key out with: openssl pkcs12 -in FILE -nocerts -out key.pem"
            )
        case .otherKey(let kind):
            return .usage(
                "\(path): found \(kind?.name ?? "neither PEM nor a key"), expected a private key in PEM",
                hint: "convert a key in DER with: openssl pkey -inform DER -in FILE -out key.pem"
            )
        case .privateKey(.passwordRequired):
            return .password(
                "\(path): the private key is encrypted, and no password is given",
                hint: "give --key-password-file FILE, or set CERTAUTH_KEY_PASSWORD"
            )
        case .privateKey(.wrongPassword):
            return .password(
                "\(path): the password does not open the private key",
                hint: "give the correct one with --key-password-file FILE, or in CERTAUTH_KEY_PASSWORD"
            )
        case .loading(let cause):
            let failure = InputFiles.failure(CertificateLoadingError(path, cause))
            return CommandFailure(.usage, failure.message, hints: failure.hints)
        case .privateKey(let error): return .usage("\(path): \(error.description)")
        case .names(let error): return error.failure(at: path)
        case .ocspResponse(.malformed(let reason), let kind):
            let found = kind.map { "found \($0.name)" } ?? reason
            return .usage(
                "\(path): \(found), expected one OCSP response in DER",
                hint: "get one with: openssl ocsp -issuer F -cert F -url URL -respout FILE"
            )
        case .ocspResponse(let error, _):
            return .usage("\(path): \(error), expected an OCSP response with an answer", hint: "get a new one")
        }
    }
}

extension CommandFailure {
    /// The same failure after the flag that names the file. A line of a file of names has no flag.
    fileprivate func of(_ flag: String) -> CommandFailure {
        flag.hasPrefix("--") ? CommandFailure(kind, "\(flag) \(message)", hints: hints) : self
    }
}
