// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS

/// The objects made from the contents of files, found by these contents.
struct InputObjects: Sendable {
    /// The bytes of a file, by their SHA-256, and what they were parsed as.
    struct Key: Hashable, Sendable {
        let digest: [UInt8]
        let kind: InputKind
    }

    var parsed: [Key: InputContents] = [:]
    /// By the digests of the files with the anchors.
    var trustStores: [[[UInt8]]: TrustStore] = [:]
    /// By the digests of the files with the CRLs.
    var evidence: [[[UInt8]]: RevocationEvidence] = [:]
    /// By the digests of the certificate's and the key's file.
    var identities: [[[UInt8]]: ServerIdentity] = [:]

    /// Adds the objects of `others`.
    mutating func merge(_ others: InputObjects) {
        parsed.merge(others.parsed) { own, _ in own }
        trustStores.merge(others.trustStores) { own, _ in own }
        evidence.merge(others.evidence) { own, _ in own }
        identities.merge(others.identities) { own, _ in own }
    }
}
