// SPDX-License-Identifier: Apache-2.0

/// The parsed certificates of a presented chain.
struct ParsedChain: Sendable {
    /// Certificate 0. It alone determines the identity.
    let leaf: Certificate
    /// The other certificates, in the order they were presented. They are candidates for a path.
    let intermediates: [Certificate]

    /// - Parameters:
    ///   - screening: checks the key of each certificate before OpenSSL decodes it; nil if keys do not matter.
    ///   - memory: contains issuers that were parsed before.
    init(_ chain: PresentedChain, screening: PresentedScreening?, memory: IssuerCache? = nil) throws(Finding) {
        var certificates: [Certificate] = []
        certificates.reserveCapacity(chain.derEncoded.count)
        for index in chain.derEncoded.indices {
            certificates.append(try Self.certificate(at: index, of: chain, screening, memory: index > 0 ? memory : nil))
        }
        guard let leaf = certificates.first else { throw Finding(.noCertificate, at: nil, "no certificate presented") }
        self.leaf = leaf
        intermediates = Array(certificates.dropFirst())
    }

    /// The certificates that the client presented after its own.
    static func issuers(
        in chain: PresentedChain,
        screening: PresentedScreening?,
        memory: IssuerCache?
    ) throws(Finding) -> [Certificate] {
        var issuers: [Certificate] = []
        for index in chain.derEncoded.indices.dropFirst() {
            issuers.append(try certificate(at: index, of: chain, screening, memory: memory))
        }
        return issuers
    }

    private static func certificate(
        at index: Int,
        of chain: PresentedChain,
        _ screening: PresentedScreening?,
        memory: IssuerCache?
    ) throws(Finding) -> Certificate {
        let derEncoded = chain.derEncoded[index]
        let digest = try wellFormed(at: index) { () throws(CertificateError) in try Certificate.digest(of: derEncoded) }
        if let known = memory?.certificate(digest, derEncoded: derEncoded) { return known }
        let fields = try wellFormed(at: index) { () throws(CertificateError) in
            try CertificateFields(derEncoded: derEncoded)
        }
        try screening?.check(fields.publicKey, at: index)
        let handle = index < chain.handles.count ? chain.handles[index] : nil
        let certificate = try wellFormed(at: index) { () throws(CertificateError) in
            try Certificate(
                fields,
                derEncoded: derEncoded,
                sha256: digest,
                handle: handle,
                decoding: CertificateStorage.Decoding(
                    decodesKey: screening?.accepts(fields.publicKey.kind) ?? true
                )
            )
        }
        // A defect that the form of the key does not show: a point that is not on its curve.
        if screening != nil, let defect = certificate.keyDefect, defect.kind == .malformed {
            throw defect.finding(at: index)
        }
        return certificate
    }

    private static func wellFormed<Value>(
        at index: Int,
        _ body: () throws(CertificateError) -> Value
    ) throws(Finding) -> Value {
        do throws(CertificateError) {
            return try body()
        } catch {
            throw Finding(.malformed, at: index, "\(error)", rule: "RFC 5280 §4.1")
        }
    }
}
