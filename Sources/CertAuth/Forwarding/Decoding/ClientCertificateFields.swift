// SPDX-License-Identifier: Apache-2.0
// RFC 9440's two headers by themselves, without any decision about who sent them.

/// `Client-Cert` and `Client-Cert-Chain`, read.
package struct ClientCertificateFields: Sendable, Hashable {
    /// The client's certificate, DER.
    package let leaf: [UInt8]
    /// Its issuers in the order they were presented, DER.
    package let issuers: [[UInt8]]

    /// Reads the lines of both headers; those of the chain are joined (RFC 9110 §5.3).
    ///
    /// Forwarding itself refuses a second line of either header.
    ///
    /// - Throws: `ForwardingError` for anything but one certificate and a list of certificates.
    package init(certificate: [String], chain: [String]) throws(ForwardingError) {
        let definition = DialectDefinition.rfc9440("rfc9440", certificate: "Client-Cert", chain: "Client-Cert-Chain")
        guard certificate.count < 2 else {
            throw ForwardingError(.malformed, dialect: "rfc9440", header: "Client-Cert", "appears more than once")
        }
        let issuers = chain.map(\.trimmedOfBlanks).filter { !$0.isEmpty }.joined(separator: ", ")
        let fields = try DialectFields(
            definition,
            values: [certificate.first?.trimmedOfBlanks, chain.isEmpty ? nil : issuers],
            limits: ForwardingLimits()
        )
        guard let found = try definition.read(fields) else {
            throw ForwardingError(.malformed, dialect: "rfc9440", header: "Client-Cert", "missing")
        }
        leaf = found[0]
        self.issuers = Array(found.dropFirst())
    }
}
