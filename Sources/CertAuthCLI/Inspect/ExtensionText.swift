// SPDX-License-Identifier: Apache-2.0
// Extensions as readable text.

import CertAuth

extension Certificate {
    /// Returns the extension as text that is safe to print; hexadecimal DER for extensions that CertAuth does not
    /// interpret.
    func text(of entry: CertificateExtension) -> [String] {
        switch entry.identifier {
        case .subjectAltName: subjectAlternativeNames.map(\.description)
        case .keyUsage: [keyUsage?.names.joined(separator: ", ") ?? ""]
        case .extKeyUsage: [(extendedKeyUsage ?? []).map(\.readableName).joined(separator: ", ")]
        case .basicConstraints: [basicConstraintsText]
        case .certificatePolicies: [policies.map(\.readableName).joined(separator: ", ")]
        case .authorityInfoAccess: authorityInfoAccess.map { "\($0.method.readableName) \($0.location)" }
        case .cRLDistributionPoints: crlDistributionPoints.map(\.text)
        case .subjectKeyIdentifier: [Hexadecimal.text(subjectKeyIdentifier ?? [])]
        case .authorityKeyIdentifier: [authorityKeyIdentifierText]
        default: [DisplayText.escaped("DER \(Hexadecimal.text(entry.value))")]
        }
    }

    private var basicConstraintsText: String {
        guard let constraints = basicConstraints, constraints.isCertificateAuthority else { return "not a CA" }
        return constraints.pathLength.map { "CA, at most \($0) intermediates below it" } ?? "CA, without path length"
    }

    private var authorityKeyIdentifierText: String {
        authorityKeyIdentifier?.text ?? ""
    }
}

extension CertificateRevocationList {
    /// Returns an extension of the CRL as text; hexadecimal DER for extensions that are not interpreted.
    func text(of entry: CertificateExtension) -> String {
        switch entry.identifier {
        case .cRLNumber: if let number { return "\(number)" }
        case .deltaCRLIndicator: if let baseNumber { return "changes since the CRL with number \(baseNumber)" }
        case .authorityKeyIdentifier:
            if let identifier = try? AuthorityKeyIdentifier(extensionValue: entry.value) {
                return identifier.text
            }
        case .freshestCRL:
            if let points = try? CRLDistributionPoint.list(extensionValue: entry.value) {
                return points.map(\.text).joined(separator: "; ")
            }
        case .issuingDistributionPoint: if let text = scopeText { return text }
        default: break
        }
        return "DER \(Hexadecimal.text(entry.value))"
    }
}

extension AuthorityKeyIdentifier {
    /// Its parts, safe to print.
    fileprivate var text: String {
        var parts = keyIdentifier.map { [Hexadecimal.text($0)] } ?? []
        parts += issuer.map(\.description)
        parts += serialNumber.map { ["serial \(Hexadecimal.text($0))"] } ?? []
        return parts.joined(separator: ", ")
    }
}

extension CRLDistributionPoint {
    fileprivate var text: String {
        let place = uris.isEmpty ? "no URI" : uris.map { DisplayText.escaped($0) }.joined(separator: ", ")
        let issuer = crlIssuer.isEmpty ? "" : ", issuer \(crlIssuer.map(\.description).joined(separator: ", "))"
        return place + issuer + (reasons == nil ? "" : ", for some reasons")
    }
}
