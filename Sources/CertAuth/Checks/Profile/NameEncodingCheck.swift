// SPDX-License-Identifier: Apache-2.0
// Distinguished names in their one correct encoding.

/// Strict profile: the attributes of each relative name stand in the order DER demands of a SET OF, and a
/// PrintableString holds printable characters only (X.690 §11.6, X.680 §41.4).
package struct NameEncodingCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            for name in [certificate.subject, certificate.issuer] {
                guard let objection = objection(to: name) else { continue }
                throw Finding(.malformed, at: index, "\(certificate): \(objection)", rule: "RFC 5280 §4.1.2.4")
            }
        }
    }

    private func objection(to name: DistinguishedName) -> String? {
        for attributes in name.relativeNames {
            let encodings = attributes.map(\.derEncoded)
            let isSorted = zip(encodings, encodings.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) }
            if !isSorted { return "a relative name's attributes are not in DER order" }
            for attribute in attributes where !hasPrintableCharacters(attribute) {
                return "\(attribute.shortName) is a PrintableString with other characters"
            }
        }
        return nil
    }

    private func hasPrintableCharacters(_ attribute: NameAttribute) -> Bool {
        guard attribute.derEncodedValue.first == DERTag.printableString else { return true }
        return (attribute.text ?? "\u{0}").utf8.allSatisfy { byte in
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: true
            default: " '()+,-./:=?".utf8.contains(byte)
            }
        }
    }
}
