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
        return try object(from: [certificate, key], in: \.identities) { () throws(CommandFailure) in
            do throws(TLSConfigurationError) {
                let source = certificate == key ? certificate : "\(certificate) and \(key)"
                return try ServerIdentity(chain: try chain(certificate), key: try privateKey(key), source: source)
            } catch {
                throw .usage(
                    "\(error)",
                    hint: "\(flag) needs the server's certificate first, then its issuers, and its private key"
                )
            }
        }
    }

    /// The bytes of a file; none if it cannot be read.
    func secret(_ path: String) -> [UInt8] {
        guard case .secret(let bytes)? = try? contents(of: path, as: .secret) else { return [] }
        return bytes
    }

    private func chain(_ path: String) throws(TLSConfigurationError) -> [Certificate] {
        do throws(InputContents.Failure) {
            guard case .certificates(let certificates) = try contents(of: path, as: .certificates) else { return [] }
            return certificates.map(\.undecoded)
        } catch {
            throw .identityUnusable(source: path, reason: Self.failure(error, at: path).message)
        }
    }

    private func privateKey(_ path: String) throws(TLSConfigurationError) -> PrivateKey {
        let reason: String
        do throws(InputContents.Failure) {
            if case .privateKey(let key) = try contents(of: path, as: .privateKey) { return key }
            reason = "no private key"
        } catch {
            switch error {
            case .loading(.unreadable(let text)): reason = text
            case .loading(.tooLarge(let limit)): reason = "larger than \(limit) bytes"
            case .privateKey(let error): reason = error.description
            case .loading, .names: reason = Self.failure(error, at: path).message
            }
        }
        throw .identityUnusable(source: path, reason: reason)
    }

    /// Returns the usage error for a file that cannot be used.
    static func failure(_ failure: InputContents.Failure, at path: String) -> CommandFailure {
        switch failure {
        case .loading(let cause):
            let failure = InputFiles.failure(CertificateLoadingError(path, cause))
            return CommandFailure(.usage, failure.message, hints: failure.hints)
        case .privateKey(let error): return .usage("\(path): \(error.description)")
        case .names(let error): return error.failure(at: path)
        }
    }
}
