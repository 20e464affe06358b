// SPDX-License-Identifier: Apache-2.0

/// Requires that every alternative name of the path below the anchor has the syntax of its kind (RFC 5280 §4.2.1.6).
///
/// A malformed name could evade a constraint, or other software could interpret it differently.
package struct NameSyntaxCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        let isStrict = context.options.profile == .strict
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            for name in certificate.subjectAlternativeNames {
                let objection = name.isEmpty ? "is empty" : objection(to: name, isStrict: isStrict)
                guard let objection else { continue }
                let shown = DisplayText.escaped(name.value)
                let text = "\(certificate): \(name.kind) name “\(shown)” \(objection)"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.2.1.6")
            }
        }
    }

    private func objection(to name: GeneralName, isStrict: Bool) -> String? {
        switch name {
        case .dns(let text) where !isStrict && DNSName.isPlain(text):
            return nil
        case .dns(let text):
            let syntax: DNSName.Syntax = isStrict ? .preferred : .common
            return DNSName(text, syntax: syntax, allowsWildcard: true) == nil ? "is no host name" : nil
        case .email(let text) where Mailbox.isPlain(text):
            return nil
        case .email(let text):
            return Mailbox(text) == nil ? "is no mailbox" : nil
        case .uri(let text):
            return isStrict ? strictObjection(toURI: text) : lenientObjection(toURI: text)
        case .ipAddress(let bytes):
            return bytes.count == 4 || bytes.count == 16 ? nil : "has \(bytes.count) bytes, expected 4 or 16"
        case .otherName(let other) where other.type == .smtpUTF8Mailbox:
            let isMailbox = other.text.map { Mailbox($0, isInternational: true) != nil } ?? false
            return isMailbox ? nil : "is no mailbox"
        case .otherName, .directory, .x400Address, .ediParty, .registeredID:
            return nil
        }
    }

    private func strictObjection(toURI text: String) -> String? {
        guard let uri = UniformResource(text) else { return "is no absolute URI" }
        guard uri.hasKnownCharacters else { return "has characters that no URI has" }
        return uri.host == .invalid ? "has an invalid host" : nil
    }

    /// Device managers, OFTP2 and OPC UA use URI names that contain spaces or have no scheme. RFC 5280 §4.2.1.6
    /// restricts the issuer here, not the relying party. A constraint on URIs still refuses a name that is not a URI.
    private func lenientObjection(toURI text: String) -> String? {
        if text.isEmpty { return "is empty" }
        return text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? nil : "has characters other than printable ASCII"
    }
}

extension GeneralName {
    /// Whether the name has no content, or lacks a required part.
    fileprivate var isEmpty: Bool {
        switch self {
        case .email(let text), .dns(let text), .uri(let text): text.isEmpty
        case .ipAddress(let bytes): bytes.isEmpty
        case .directory(let name): name.isEmpty
        case .otherName(let other): other.text?.isEmpty ?? false
        case .registeredID: false
        // ORAddress begins with its standard attributes; an EDIPartyName contains a partyName (RFC 5280 §A.2).
        case .x400Address(let contents): contents.first != DERTag.sequence
        case .ediParty(let contents): !Self.hasPartyName(contents)
        }
    }

    private static func hasPartyName(_ contents: [UInt8]) -> Bool {
        var reader = DERReader(contents)
        let values = (try? reader.values()) ?? []
        return values.last?.tag == DERTag.contextConstructed(1) && !(values.last?.contents.isEmpty ?? true)
    }
}
