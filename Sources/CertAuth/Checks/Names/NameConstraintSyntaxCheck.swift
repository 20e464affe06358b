// SPDX-License-Identifier: Apache-2.0

/// Requires that every name constraint of the path can be interpreted: known forms, minimum 0, no maximum (RFC 5280
/// §4.2.1.10). A constraint that cannot be interpreted cannot be enforced.
package struct NameConstraintSyntaxCheck: PathCheck {
    private static let rule = "RFC 5280 §4.2.1.10"

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        let isStrict = context.options.profile == .strict
        for (index, certificate, _) in path.positions {
            guard let constraints = certificate.nameConstraints else { continue }
            if isStrict { try checkProfile(constraints, of: certificate, at: index) }
            for subtree in constraints.permitted + constraints.excluded {
                guard let objection = objection(to: subtree, isStrict: isStrict) else { continue }
                let base = DisplayText.escaped(subtree.base.value)
                let text = "\(certificate): name constraint \(subtree.base.kind) “\(base)” \(objection)"
                throw Finding(.nameNotPermitted, at: index, text, rule: Self.rule)
            }
        }
    }

    private func checkProfile(
        _ constraints: NameConstraints,
        of certificate: Certificate,
        at index: Int
    ) throws(Finding) {
        guard certificate.isCertificateAuthority else {
            throw Finding(.malformed, at: index, "\(certificate): name constraints, but no CA", rule: Self.rule)
        }
        guard certificate.value(of: .nameConstraints)?.isCritical ?? true else {
            throw Finding(.malformed, at: index, "\(certificate): name constraints are not critical", rule: Self.rule)
        }
        guard !constraints.permitted.isEmpty || !constraints.excluded.isEmpty else {
            throw Finding(.malformed, at: index, "\(certificate): name constraints without a subtree", rule: Self.rule)
        }
    }

    private func objection(to subtree: NameConstraints.Subtree, isStrict: Bool) -> String? {
        guard subtree.minimum == 0, subtree.maximum == nil else { return "has a minimum or maximum" }
        switch subtree.base {
        case .dns(let text):
            return text.isEmpty || isDomain(text, isStrict: isStrict) ? nil : "is no host name"
        case .email(let text):
            return isDomain(text, isStrict: isStrict) || Mailbox(text) != nil ? nil : "is neither mailbox nor host"
        case .uri(let text):
            return isDomain(text, isStrict: isStrict) ? nil : "is no host"
        case .ipAddress(let bytes):
            guard let range = AddressRange(bytes) else { return "has \(bytes.count) bytes, expected 8 or 32" }
            return isStrict && !range.isContiguous ? "has a mask with holes" : nil
        case .directory, .otherName, .registeredID, .x400Address, .ediParty:
            return nil
        }
    }

    /// Whether the text is a host, or a domain with a leading dot, which includes only hosts below it.
    private func isDomain(_ text: String, isStrict: Bool) -> Bool {
        let name = text.hasPrefix(".") ? String(text.dropFirst()) : text
        return DNSName(name, syntax: isStrict ? .preferred : .common) != nil
    }
}
