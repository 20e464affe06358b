// SPDX-License-Identifier: Apache-2.0

/// Requires that every certificate has version 1, 2 or 3, unique identifiers only in versions 2 and 3, and extensions
/// only in version 3 (RFC 5280 §4.1.2.1, §4.1.2.8, §4.1.2.9). The strict profile requires version 3 below the anchor.
package struct VersionCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        for (index, certificate, isAnchor) in path.positions {
            guard let objection = objection(to: certificate, isAnchor: isAnchor && index > 0, in: context) else {
                continue
            }
            throw Finding(.malformed, at: index, "\(certificate): \(objection)", rule: "RFC 5280 §4.1.2.1")
        }
    }

    private func objection(
        to certificate: Certificate,
        isAnchor: Bool,
        in context: ValidationContext
    ) -> String? {
        let version = certificate.version
        if !(1...3).contains(version) { return "version \(version), expected 1, 2 or 3" }
        if version != 3 && !certificate.extensions.isEmpty { return "version \(version) with extensions" }
        if version == 1 && certificate.hasUniqueIdentifiers { return "version 1 with unique identifiers" }
        if context.options.profile == .strict && version != 3 && !isAnchor { return "version \(version), expected 3" }
        return nil
    }
}
