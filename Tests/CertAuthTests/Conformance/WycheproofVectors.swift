// SPDX-License-Identifier: Apache-2.0
// The part of Wycheproof's signature vectors that the tests read.

import CertAuth
import CertAuthTesting
import Foundation

/// One file of vectors.
struct WycheproofSuite: Decodable {
    struct Group: Decodable {
        let type: String
        let sha: String?
        let mgfSha: String?
        let sLen: Int?
        let publicKeyDer: String?
        let tests: [Vector]
    }

    struct Vector: Decodable {
        let tcId: Int
        let comment: String
        let flags: [String]
        let msg: String
        let sig: String
        let result: String

        var message: [UInt8] { Hexadecimal.bytes(msg) ?? [] }
        var signature: [UInt8] { Hexadecimal.bytes(sig) ?? [] }
    }

    let testGroups: [Group]
}

extension WycheproofSuite.Group {
    /// The subjectPublicKeyInfo; nil if the vector has none.
    var key: [UInt8]? { publicKeyDer.flatMap { Hexadecimal.bytes($0) } }

    /// The AlgorithmIdentifier of a certificate with such a signature; nil if CertAuth does not support it.
    func algorithmIdentifier(keyBytes: Int) -> [UInt8]? {
        switch (type, sha) {
        case ("EcdsaVerify", "SHA-256"): SignatureScheme.ecdsaSHA256.identifier
        case ("EcdsaVerify", "SHA-384"): SignatureScheme.ecdsaSHA384.identifier
        case ("EcdsaVerify", "SHA-512"): SignatureScheme.ecdsaSHA512.identifier
        case ("RsassaPkcs1Verify", "SHA-256"): SignatureScheme.rsaSHA256.identifier
        case ("RsassaPssVerify", "SHA-256") where mgfSha == "SHA-256" && sLen == 32:
            SignatureScheme.rsaPSSSHA256.identifier
        case ("EddsaVerify", _): (keyBytes < 50 ? SignatureScheme.ed25519 : .ed448).identifier
        default: nil
        }
    }
}
