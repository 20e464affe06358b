// SPDX-License-Identifier: Apache-2.0

/// The extensions of a response or an entry. Duplicates are refused.
struct OCSPExtensions: Sendable {
    let all: [CertificateExtension]

    /// Parses the extensions if the next value has the tag `[number]`.
    init(optional number: UInt8, _ fields: inout DERReader) throws(DERError) {
        guard let explicit = try fields.optional(DERTag.contextConstructed(number)) else {
            all = []
            return
        }
        all = try CertificateExtension.list(in: explicit)
        guard Set(all.map(\.identifier)).count == all.count else {
            throw DERError(.invalidValue("an extension twice"), at: explicit.encoding.startIndex)
        }
    }

    func firstCritical(notIn known: Set<OID>) -> OID? {
        all.first { $0.isCritical && !known.contains($0.identifier) }?.identifier
    }

    /// The nonce, without the OCTET STRING around it; nil if there is none that can be parsed.
    ///
    /// Responders that follow RFC 2560 omit the OCTET STRING of RFC 8954. Only a critical nonce must be parseable: a
    /// response is authentic without a nonce, and a required nonce is then missing.
    func nonce() throws(DERError) -> [UInt8]? {
        guard let entry = all.first(where: { $0.identifier == .ocspNonce }) else { return nil }
        do throws(DERError) {
            var reader = DERReader(entry.value)
            let nonce = Array(try reader.value(DERTag.octetString).contents)
            try reader.finish()
            return nonce
        } catch {
            guard entry.isCritical else { return nil }
            throw error
        }
    }
}
