// SPDX-License-Identifier: Apache-2.0
// Extensions that can't be decoded.

/// Every extension whose syntax is known, by our parser or by OpenSSL, can be decoded (RFC 5280 §4.2).
///
/// Our own parser has refused malformed values of the extensions it reads before; this catches those of all others.
package struct ExtensionSyntaxCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            guard let malformed = firstMalformed(of: certificate) else { continue }
            let text = "\(certificate): extension \(malformed) can't be decoded"
            throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2")
        }
    }

    private func firstMalformed(of certificate: Certificate) -> OID? {
        if let position = certificate.firstMalformedExtension, certificate.extensions.indices.contains(position) {
            return certificate.extensions[position].identifier
        }
        // OpenSSL decodes autonomous system identifiers without any, which RFC 3779 §3.2.3 does not know.
        let isEmpty = certificate.value(of: .autonomousSystemIdentifiers)?.value == [DERTag.sequence, 0]
        return isEmpty ? .autonomousSystemIdentifiers : nil
    }
}
