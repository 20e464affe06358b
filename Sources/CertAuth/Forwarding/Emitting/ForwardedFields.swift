// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Creates the headers that forward the client's certificate to the next hop. For applications that are gateways
/// themselves.
///
/// Call `removingForwarded(from:)` first, at every request, even without a certificate: received headers may come from
/// anyone.
public enum ForwardedFields {
    /// `Client-Cert` and, if there are issuers, `Client-Cert-Chain` (RFC 9440). Empty without a certificate.
    ///
    /// - Parameter chain: the end-entity certificate first.
    public static func rfc9440(_ chain: [Certificate]) -> [HeaderField] {
        guard let leaf = chain.first else { return [] }
        var fields = [HeaderField("Client-Cert", item(leaf))]
        let issuers = chain.dropFirst()
        if !issuers.isEmpty {
            fields.append(HeaderField("Client-Cert-Chain", issuers.map(item).joined(separator: ", ")))
        }
        return fields
    }

    /// `x-forwarded-client-cert` with one element: `By`, `Hash`, `Cert`, and `Chain` if there are issuers. Empty
    /// without a certificate.
    ///
    /// The names of the certificate are omitted on purpose: the next hop can read them from the certificate itself.
    ///
    /// - Parameters:
    ///   - chain: the end-entity certificate first.
    ///   - gateway: the URI that identifies this gateway to the next hop.
    public static func xfcc(_ chain: [Certificate], by gateway: String? = nil) -> [HeaderField] {
        guard let leaf = chain.first else { return [] }
        var pairs = gateway.map { [XFCCElement.Pair(.by, $0)] } ?? []
        pairs.append(XFCCElement.Pair(.hash, leaf.sha256Thumbprint.hexadecimal))
        pairs.append(XFCCElement.Pair(.certificate, pem([leaf])))
        if chain.count > 1 { pairs.append(XFCCElement.Pair(.chain, pem(chain))) }
        return [HeaderField("x-forwarded-client-cert", "\(XFCCElement(pairs))")]
    }

    /// `fields` without all headers in which a known proxy forwards certificates.
    public static func removingForwarded(from fields: [HeaderField]) -> [HeaderField] {
        fields.filter { !KnownForwardingHeaders.contains(FoldedName($0.name)) }
    }

    private static func item(_ certificate: Certificate) -> String {
        ":\(Base64.encoded(certificate.derEncoded)):"
    }

    private static func pem(_ certificates: [Certificate]) -> String {
        let text = certificates.map { PEMDocument.text(label: "CERTIFICATE", $0.derEncoded) }.joined()
        return PercentEncoding.encoded(text.utf8)
    }
}
