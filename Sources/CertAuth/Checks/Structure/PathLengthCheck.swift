// SPDX-License-Identifier: Apache-2.0

/// Requires that no issuer's pathLenConstraint and no limit of the policy is exceeded. Self-issued certificates do not
/// count (RFC 5280 §6.1.4 (l), (m)).
package struct PathLengthCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        var below = 0
        for (index, certificate, _) in path.positions.dropFirst() {
            if let permitted = certificate.basicConstraints?.pathLength, below > permitted {
                let text = "\(certificate): permits \(permitted) intermediates below it, found \(below)"
                throw Finding(.pathTooLong, at: index, text, rule: "RFC 5280 §4.2.1.9")
            }
            if index < path.certificates.count - 1 && !certificate.isSelfIssued { below += 1 }
        }
        guard below <= context.options.limits.intermediates else {
            let text = "\(below) intermediates, at most \(context.options.limits.intermediates) (limits.intermediates)"
            throw Finding(.pathTooLong, at: nil, text)
        }
    }
}
