// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthOpenSSL

/// Certificates linked to their issuers by their signatures.
package struct CertificateForest: Sendable {
    /// The certificates without duplicates, in the order in which they were found.
    package let certificates: [Certificate]
    /// For each certificate, the index of its issuer; nil if the issuer is not available or the certificate is
    /// self-signed.
    package let issuers: [Int?]

    /// Links each certificate to the first one with its issuer's name whose key verifies its signature.
    package init(_ found: [Certificate]) {
        var seen: Set<Certificate> = []
        let unique = found.filter { seen.insert($0).inserted }
        certificates = unique
        issuers = unique.indices.map { index in
            let certificate = unique[index]
            guard !certificate.isSelfSigned else { return nil }
            return unique.indices.first {
                $0 != index && unique[$0].subject.matches(certificate.issuer)
                    && certificate.handle.isSigned(by: unique[$0].handle)
            }
        }
    }

    /// Whether a certificate issued none of the others.
    package func isLeaf(_ certificate: Certificate) -> Bool {
        guard let index = certificates.firstIndex(of: certificate) else { return true }
        return !issuers.contains(index)
    }

    /// Returns a tree for each certificate without an available issuer.
    package func trees(_ text: (Certificate) -> String) -> [DrawnNode] {
        let tops = certificates.indices.filter { issuers[$0] == nil }
        let trees = tops.map { node($0, ancestors: [], text) }
        // If authorities certified each other in a cycle, every certificate has an issuer; the first one becomes the
        // root.
        guard trees.isEmpty, let first = certificates.indices.first else { return trees }
        return [node(first, ancestors: [], text)]
    }

    private func node(_ index: Int, ancestors: Set<Int>, _ text: (Certificate) -> String) -> DrawnNode {
        let path = ancestors.union([index])
        let children = certificates.indices.filter { issuers[$0] == index && !path.contains($0) }
        return DrawnNode(text(certificates[index]), children: children.map { node($0, ancestors: path, text) })
    }
}
