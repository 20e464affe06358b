// SPDX-License-Identifier: Apache-2.0
// Extensions that can't be decoded.

/// Every extension whose syntax is known, by our parser or by OpenSSL, can be decoded (RFC 5280 §4.2).
///
/// Our own parser has refused malformed values of the extensions it reads before; this catches those of all others.
package struct ExtensionSyntaxCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            guard let position = certificate.firstMalformedExtension,
                certificate.extensions.indices.contains(position)
            else { continue }
            let text = "\(certificate): extension \(certificate.extensions[position].identifier) can't be decoded"
            throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2")
        }
    }
}
