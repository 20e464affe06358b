// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Loads input files. A wrong file is a usage error; malformed contents are refused input.
package enum InputFiles {
    /// Returns all certificates of a file: PEM, DER or PKCS #12.
    package static func certificates(
        _ path: String,
        password: String? = nil
    ) throws(CommandFailure) -> [Certificate] {
        do throws(CertificateLoadingError) {
            return try Certificate.load(file: path, password: password)
        } catch {
            throw failure(error)
        }
    }

    /// Returns all CRLs of the files: PEM or DER.
    package static func revocationLists(_ paths: [String]) throws(CommandFailure) -> [CertificateRevocationList] {
        var lists: [CertificateRevocationList] = []
        for path in paths {
            do throws(CertificateLoadingError) {
                lists += try CertificateRevocationList.load(file: path)
            } catch {
                throw failure(error)
            }
        }
        return lists
    }

    /// Returns the OCSP responses of the files, one DER response each. A responder's error and malformed contents are
    /// returned as failures, because they are evidence, too.
    package static func ocspResponses(
        _ paths: [String]
    ) throws(CommandFailure) -> (read: [OCSPResponse], failures: [RevocationSourceFailure]) {
        var read: [OCSPResponse] = []
        var failures: [RevocationSourceFailure] = []
        for path in paths {
            let contents: [UInt8]
            do throws(BoundedFile.Failure) {
                contents = try BoundedFile.contents(of: path, limit: OCSPResponse.sizeLimit)
            } catch {
                switch error {
                case .unreadable(let reason): throw failure(CertificateLoadingError(path, .unreadable(reason)))
                case .tooLarge(let limit): throw failure(CertificateLoadingError(path, .tooLarge(limit: limit)))
                }
            }
            do throws(OCSPResponseError) {
                read.append(try OCSPResponse(derEncoded: contents))
            } catch {
                failures.append(RevocationSourceFailure(source: path, cause: error.cause(source: path, of: contents)))
            }
        }
        return (read, failures)
    }

    /// Returns the failure for an unusable file: a usage error for a wrong file, a refusal for malformed contents.
    static func failure(_ error: CertificateLoadingError) -> CommandFailure {
        let text = error.description
        switch error.cause {
        case .unreadable: return CommandFailure(.usage, text, hints: ["check the path and its permissions"])
        case .wrongPassword:
            return .password(text, hint: "give the correct one with --password-file FILE, or set CERTAUTH_PASSWORD")
        case .privateKey, .otherKind, .trustedCertificateBlock, .noCertificate, .noRevocationList:
            return CommandFailure(.usage, text)
        case .tooLarge, .empty, .unrecognised, .unrecognisedList, .invalidPEM, .malformed, .invalidPKCS12:
            return CommandFailure(.refused, text)
        }
    }
}
