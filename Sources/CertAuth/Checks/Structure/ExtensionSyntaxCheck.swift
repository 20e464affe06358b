// SPDX-License-Identifier: Apache-2.0

/// Requires that every extension whose syntax our parser or OpenSSL knows can be decoded (RFC 5280 §4.2).
///
/// Our parser has already refused malformed extensions that it knows. This check covers the others.
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
        // OpenSSL accepts an empty list of autonomous system identifiers, which RFC 3779 §3.2.3 does not allow.
        let isEmpty = certificate.value(of: .autonomousSystemIdentifiers)?.value == [DERTag.sequence, 0]
        return isEmpty ? .autonomousSystemIdentifiers : nil
    }
}
