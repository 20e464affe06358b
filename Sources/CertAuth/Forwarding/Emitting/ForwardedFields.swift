// SPDX-License-Identifier: Apache-2.0
// For applications that are gateways themselves: tells the next hop of the client's certificate.

internal import CertAuthOpenSSL

/// Writes the headers in which the next hop finds the client's certificate.
///
/// Put `removingForwarded(from:)` before, at every request, also when there is no certificate: what came in is what
/// somebody else said.
public enum ForwardedFields {
    /// `Client-Cert` and, for a chain, `Client-Cert-Chain` (RFC 9440); nothing without a certificate.
    ///
    /// - Parameter chain: leaf first.
    public static func rfc9440(_ chain: [Certificate]) -> [HeaderField] {
        guard let leaf = chain.first else { return [] }
        var fields = [HeaderField("Client-Cert", item(leaf))]
        let issuers = chain.dropFirst()
        if !issuers.isEmpty {
            fields.append(HeaderField("Client-Cert-Chain", issuers.map(item).joined(separator: ", ")))
        }
        return fields
    }

    /// `x-forwarded-client-cert` with one element: `By`, `Hash`, `Cert`, and for more than a leaf `Chain`; nothing
    /// without a certificate.
    ///
    /// Names of the certificate are left out on purpose: the next hop can read them in the certificate itself.
    ///
    /// - Parameters:
    ///   - chain: leaf first.
    ///   - gateway: the URI by which this gateway is known to the next hop.
    public static func xfcc(_ chain: [Certificate], by gateway: String? = nil) -> [HeaderField] {
        guard let leaf = chain.first else { return [] }
        var pairs = gateway.map { [XFCCElement.Pair(.by, $0)] } ?? []
        pairs.append(XFCCElement.Pair(.hash, leaf.sha256Thumbprint.hexadecimal))
        pairs.append(XFCCElement.Pair(.certificate, pem([leaf])))
        if chain.count > 1 { pairs.append(XFCCElement.Pair(.chain, pem(chain))) }
        return [HeaderField("x-forwarded-client-cert", "\(XFCCElement(pairs))")]
    }

    /// `fields` without every header in which any known proxy forwards certificates.
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
