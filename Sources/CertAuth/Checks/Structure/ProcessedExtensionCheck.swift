// SPDX-License-Identifier: Apache-2.0

/// Requires that Netscape's certificate type is not critical.
///
/// The extension has no effect, because extendedKeyUsage replaced it. So it is not processed, and a critical extension
/// that is not processed refuses the path (RFC 5280 §4.2). OpenSSL considers this one known; it reports all other
/// critical extensions that are not processed.
package struct ProcessedExtensionCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            guard certificate.value(of: .netscapeCertificateType)?.isCritical == true else { continue }
            let text =
                "\(certificate): Netscape's certificate type (\(OID.netscapeCertificateType)) is critical and is not processed, "
                + "expected not critical or absent"
            throw Finding(.criticalExtension, at: index, text, rule: "RFC 5280 §4.2")
        }
    }
}
