// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// What a setting expects in a file.
package enum InputKind: Hashable, Sendable {
    /// Certificates: PEM, DER or PKCS #12.
    case certificates
    /// CRLs: PEM or DER.
    case revocationLists
    /// One OCSP response in DER.
    case ocspResponse
    /// A private key in PEM.
    case privateKey
    /// Random bytes.
    case secret
    /// Server names with their settings: see `NamesFile`.
    case names

    /// The maximum size in bytes.
    var sizeLimit: Int {
        switch self {
        case .certificates, .privateKey: Certificate.fileSizeLimit
        case .revocationLists: CertificateRevocationList.fileSizeLimit
        case .ocspResponse: OCSPResponse.sizeLimit
        case .secret: 4_096
        case .names: NamesFile.sizeLimit
        }
    }
}

/// A file that a setting names, and what the setting expects in it.
package struct InputFile: Hashable, Sendable {
    package let path: String
    package let kind: InputKind

    package init(_ path: String, _ kind: InputKind) {
        self.path = path
        self.kind = kind
    }
}
