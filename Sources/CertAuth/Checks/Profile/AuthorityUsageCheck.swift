// SPDX-License-Identifier: Apache-2.0

/// Strict profile: requires that keyUsage has at least one bit, that every intermediate has keyUsage, and that only CA
/// certificates with keyCertSign have a path length (RFC 5280 §4.2.1.3, §4.2.1.9).
///
/// Other certificates must not have keyCertSign either, but a public test suite requires that a client with it is
/// accepted.
package struct AuthorityUsageCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            if let objection = objectionToUsage(of: certificate, isIssuer: index > 0) {
                throw Finding(.malformed, at: index, "\(certificate): \(objection)", rule: "RFC 5280 §4.2.1.3")
            }
            if let objection = objectionToPathLength(of: certificate) {
                throw Finding(.malformed, at: index, "\(certificate): \(objection)", rule: "RFC 5280 §4.2.1.9")
            }
        }
    }

    private func objectionToUsage(of certificate: Certificate, isIssuer: Bool) -> String? {
        guard let usage = certificate.keyUsage else { return isIssuer ? "an authority without keyUsage" : nil }
        return usage.isEmpty ? "keyUsage without a bit" : nil
    }

    private func objectionToPathLength(of certificate: Certificate) -> String? {
        guard let constraints = certificate.basicConstraints, constraints.pathLength != nil else { return nil }
        guard constraints.isCertificateAuthority else { return "a path length, but no CA" }
        return certificate.keyUsage?.contains(.keyCertSign) ?? true
            ? nil : "a path length, but keyUsage lacks keyCertSign"
    }
}
