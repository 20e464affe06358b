// SPDX-License-Identifier: Apache-2.0
// RFC 9440's two headers by themselves, without any decision about who sent them.

/// `Client-Cert` and `Client-Cert-Chain`, read.
public struct ClientCertificateFields: Sendable, Hashable {
    /// The client's certificate, DER.
    public let leaf: [UInt8]
    /// Its issuers in the order they were presented, DER.
    public let issuers: [[UInt8]]

    /// Reads the lines of both headers.
    ///
    /// - Throws: `ForwardingError` for anything but one certificate and a list of certificates.
    public init(certificate: [String], chain: [String]) throws(ForwardingError) {
        let definition = DialectDefinition.rfc9440("rfc9440", certificate: "Client-Cert", chain: "Client-Cert-Chain")
        let lines =
            certificate.map { HeaderField("Client-Cert", $0) } + chain.map { HeaderField("Client-Cert-Chain", $0) }
        let names = lines.map { FoldedName($0.name) }
        let fields = try DialectFields(definition, fields: lines, names: names, limits: ForwardingLimits())
        guard let found = try definition.read(fields) else {
            throw ForwardingError(.malformed, dialect: "rfc9440", header: "Client-Cert", "missing")
        }
        leaf = found[0]
        issuers = Array(found.dropFirst())
    }
}
