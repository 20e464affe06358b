// SPDX-License-Identifier: Apache-2.0
// A presented chain, read.

/// The certificates of a presented chain after parsing.
struct ParsedChain: Sendable {
    /// Certificate 0: the identity, and nothing else is.
    let leaf: Certificate
    /// The others, in the order they were presented; hints for finding a path.
    let intermediates: [Certificate]

    init(_ chain: PresentedChain) throws(Finding) {
        var certificates: [Certificate] = []
        for index in chain.derEncoded.indices {
            do throws(CertificateError) {
                if chain.handles.isEmpty {
                    certificates.append(try Certificate(derEncoded: chain.derEncoded[index]))
                } else {
                    certificates.append(try Certificate(handle: chain.handles[index]))
                }
            } catch {
                throw Finding(.malformed, at: index, "\(error)", rule: "RFC 5280 §4.1")
            }
        }
        guard let leaf = certificates.first else { throw Finding(.noCertificate, at: nil, "no certificate presented") }
        self.leaf = leaf
        intermediates = Array(certificates.dropFirst())
    }
}
