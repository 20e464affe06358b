// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
internal import CertAuth
internal import CertAuthTLS
internal import NIOSSL

/// The size of the names that `sendCANameList` sends: the subjects of all trust roots, each with its two-byte length.
///
/// NIOSSL sends the names of a file once each, and those of certificates as often as they are given. Directories are
/// not counted. Certificates that cannot be decoded are skipped, because NIOSSL throws for them.
struct AuthorityNameList {
    private var count = 0
    private var bytes = 0

    init(of configuration: TLSConfiguration) {
        if let roots = configuration.trustRoots { add(roots) }
        for roots in configuration.additionalTrustRoots {
            switch roots {
            case .file(let path): add(file: path)
            case .certificates(let certificates): add(certificates)
            }
        }
    }

    /// - Throws: `NIOSSLConfigurationError.authorityNamesTooLong`.
    func requireFit() throws(NIOSSLConfigurationError) {
        guard bytes > AuthorityNames.byteLimit else { return }
        throw .authorityNamesTooLong(count: count, bytes: bytes, limit: AuthorityNames.byteLimit)
    }

    private mutating func add(_ roots: NIOSSLTrustRoots) {
        switch roots {
        case .default: return
        case .file(let path): add(file: path)
        case .certificates(let certificates): add(certificates)
        }
    }

    /// Replaces the names counted so far, as NIOSSL does for a file.
    private mutating func add(file path: String) {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path) else { return }
        let names = Set(certificates.compactMap(Self.subject))
        count = names.count
        bytes = names.reduce(0) { $0 + 2 + $1.derEncoded.count }
    }

    private mutating func add(_ certificates: [NIOSSLCertificate]) {
        for name in certificates.compactMap(Self.subject) {
            count += 1
            bytes += 2 + name.derEncoded.count
        }
    }

    private static func subject(of certificate: NIOSSLCertificate) -> DistinguishedName? {
        (try? certificate.toDERBytes()).flatMap { try? Certificate(derEncoded: $0).subject }
    }
}
#endif
