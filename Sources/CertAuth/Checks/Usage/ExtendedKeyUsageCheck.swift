// SPDX-License-Identifier: Apache-2.0

/// Requires that every certificate of the path permits TLS client authentication: extendedKeyUsage is absent, or has
/// clientAuth or anyExtendedKeyUsage (RFC 5280 §4.2.1.12). On issuers it is applied as a constraint, as is common
/// practice.
package struct ExtendedKeyUsageCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.validateCertificateUse else { return }
        for (index, certificate, _) in path.positions {
            guard let purposes = certificate.extendedKeyUsage else { continue }
            guard purposes.contains(.clientAuth) || purposes.contains(.anyExtendedKeyUsage) else {
                let found = purposes.prefix(8).map(\.description).joined(separator: ", ")
                let text = "\(certificate): extendedKeyUsage is \(found), expected clientAuth (\(OID.clientAuth))"
                throw Finding(.wrongUsage, at: index, text, rule: "RFC 5280 §4.2.1.12")
            }
        }
    }
}
