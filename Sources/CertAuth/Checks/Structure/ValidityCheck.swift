// SPDX-License-Identifier: Apache-2.0

/// Requires that every certificate of the path is within its validity period, both ends included (RFC 5280 §4.1.2.5,
/// §6.1.3 (a)(2)).
package struct ValidityCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.validateValidityPeriod else { return }
        let rule = "RFC 5280 §4.1.2.5"
        for (index, certificate, isAnchor) in path.positions {
            let validity = certificate.validity
            let role = isAnchor && index > 0 ? "trust anchor " : ""
            guard context.now >= validity.notBefore else {
                let text = "\(role)\(certificate): not valid before \(validity.notBefore), now \(context.now)"
                throw Finding(.notYetValid, at: index, text, rule: rule)
            }
            guard context.now <= validity.lastMoment else {
                let text = "\(role)\(certificate): expired at \(validity.notAfter), now \(context.now)"
                throw Finding(.expired, at: index, text, rule: rule)
            }
        }
    }
}
