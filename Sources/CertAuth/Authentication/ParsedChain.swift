// SPDX-License-Identifier: Apache-2.0
// A presented chain, read.

/// The certificates of a presented chain after parsing.
struct ParsedChain: Sendable {
    /// Certificate 0: the identity, and nothing else is.
    let leaf: Certificate
    /// The others, in the order they were presented; hints for finding a path.
    let intermediates: [Certificate]

    /// - Parameter memory: where issuers that were parsed before are found.
    init(_ chain: PresentedChain, memory: IssuerMemory? = nil) throws(Finding) {
        var certificates: [Certificate] = []
        certificates.reserveCapacity(chain.derEncoded.count)
        for index in chain.derEncoded.indices {
            do throws(CertificateError) {
                certificates.append(try Self.certificate(at: index, of: chain, memory: index > 0 ? memory : nil))
            } catch {
                throw Finding(.malformed, at: index, "\(error)", rule: "RFC 5280 §4.1")
            }
        }
        guard let leaf = certificates.first else { throw Finding(.noCertificate, at: nil, "no certificate presented") }
        self.leaf = leaf
        intermediates = Array(certificates.dropFirst())
    }

    private static func certificate(
        at index: Int,
        of chain: PresentedChain,
        memory: IssuerMemory?
    ) throws(CertificateError) -> Certificate {
        let derEncoded = chain.derEncoded[index]
        let digest = try Certificate.digest(of: derEncoded)
        if let known = memory?.certificate(digest, derEncoded: derEncoded) { return known }
        let handle = chain.handles.isEmpty ? nil : chain.handles[index]
        return try Certificate(derEncoded: derEncoded, sha256: digest, handle: handle)
    }
}
