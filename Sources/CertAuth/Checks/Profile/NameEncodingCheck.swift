// SPDX-License-Identifier: Apache-2.0

/// Strict profile: checks the encoding of distinguished names.
///
/// The attributes of each relative distinguished name have different types and are in the order that DER requires for a
/// SET OF. Each text is valid in its string type, has a string type that its attribute allows, is not empty, and is not
/// longer than the upper bound of its attribute.
///
/// RFC 5280 §4.1.2.4 and §A.1 (the upper bounds), X.501 §9.3, X.690 §11.6, X.680 §41.4.
package struct NameEncodingCheck: PathCheck {
    /// The upper bounds of RFC 5280 §A.1, in characters.
    private static let longest: [OID: Int] = [
        .commonName: 64, .organizationName: 64, .organizationalUnitName: 64, .title: 64, .serialNumberAttribute: 64,
        .localityName: 128, .stateOrProvinceName: 128, .countryName: 2, .emailAddress: 255,
    ]

    /// The attributes that allow only one string type (RFC 5280 §A.1).
    private static let stringTypes: [OID: (tag: UInt8, name: String)] = [
        .emailAddress: (DERTag.ia5String, "IA5String"), .domainComponent: (DERTag.ia5String, "IA5String"),
        .countryName: (DERTag.printableString, "PrintableString"),
        .serialNumberAttribute: (DERTag.printableString, "PrintableString"),
        OID(known: 2, 5, 4, 46): (DERTag.printableString, "PrintableString"),
    ]

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
            if Set(attributes.map(\.type)).count < attributes.count { return "a relative name has one attribute twice" }
            for attribute in attributes {
                guard let objection = objection(to: attribute) else { continue }
                return objection
            }
        }
        return nil
    }

    private func objection(to attribute: NameAttribute) -> String? {
        let name = attribute.shortName
        guard let text = attribute.text else {
            let isString = attribute.derEncodedValue.first.map(DirectoryString.types.contains) ?? false
            return isString ? "\(name) is not valid in its string type" : nil
        }
        if attribute.derEncodedValue.first == DERTag.printableString, !hasPrintableCharacters(text) {
            return "\(name) is a PrintableString with other characters"
        }
        if let type = Self.stringTypes[attribute.type], attribute.derEncodedValue.first != type.tag {
            return "\(name) is no \(type.name)"
        }
        if text.isEmpty { return "\(name) is empty" }
        if let longest = Self.longest[attribute.type], text.unicodeScalars.count > longest {
            return "\(name) has \(text.unicodeScalars.count) characters, at most \(longest)"
        }
        return nil
    }

    private func hasPrintableCharacters(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0.isASCIIAlphanumeric || " '()+,-./:=?".utf8.contains($0) }
    }
}
