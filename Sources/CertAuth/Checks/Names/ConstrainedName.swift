// SPDX-License-Identifier: Apache-2.0

/// A name of a certificate in the form in which name constraints are compared with it.
enum ConstrainedName: Sendable {
    case dns(DNSName)
    case mailbox(Mailbox)
    /// A SmtpUTF8Mailbox. rfc822Name constraints apply to it (RFC 9598 §6).
    case internationalMailbox(Mailbox)
    case uri(UniformResource)
    case address([UInt8])
    case directory(PreparedName)
    /// A kind for which no comparison is defined here.
    case other(GeneralName)
    /// A name that cannot be parsed. It is in no permitted subtree, and in every excluded subtree of its kind.
    case malformed(GeneralName)

    /// Every name of `certificate`: the subject, the alternative names, and the names that older software puts in the
    /// subject.
    ///
    /// - Parameter includesCommonNames: whether commonNames that look like hosts or addresses are included.
    static func all(of certificate: Certificate, includesCommonNames: Bool) -> [(name: ConstrainedName, shown: String)]
    {
        var names: [(ConstrainedName, String)] = []
        if !certificate.subject.isEmpty {
            names.append((.directory(PreparedName(certificate.subject)), "subject \(certificate)"))
        }
        for name in certificate.subjectAlternativeNames {
            names.append((ConstrainedName(name), "\(name)"))
        }
        return names + legacyMailboxes(in: certificate) + (includesCommonNames ? legacyHosts(in: certificate) : [])
    }

    init(_ name: GeneralName) {
        switch name {
        case .dns(let text): self = DNSName(text, allowsWildcard: true).map(Self.dns) ?? .malformed(name)
        case .email(let text): self = Mailbox(text).map(Self.mailbox) ?? .malformed(name)
        case .uri(let text): self = UniformResource(text).map(Self.uri) ?? .malformed(name)
        case .ipAddress(let bytes): self = .address(bytes)
        case .directory(let directory): self = .directory(PreparedName(directory))
        case .otherName(let other) where other.type == .smtpUTF8Mailbox:
            let mailbox = other.text.flatMap { Mailbox($0, isInternational: true) }
            self = mailbox.map(Self.internationalMailbox) ?? .malformed(name)
        case .otherName, .x400Address, .ediParty, .registeredID: self = .other(name)
        }
    }

    /// The emailAddress attributes of a subject without alternative names (RFC 5280 §4.2.1.10).
    private static func legacyMailboxes(in certificate: Certificate) -> [(ConstrainedName, String)] {
        guard certificate.subjectAlternativeNames.isEmpty else { return [] }
        return certificate.subject.values(of: .emailAddress).map { text in
            (ConstrainedName(.email(text)), "emailAddress “\(DisplayText.escaped(text))”")
        }
    }

    /// The commonNames that look like hosts or addresses, if there is no alternative name of that kind. Software that
    /// interprets them as such must not be misled.
    private static func legacyHosts(in certificate: Certificate) -> [(ConstrainedName, String)] {
        let kinds = Set(certificate.subjectAlternativeNames.map(\.kind))
        return certificate.subject.values(of: .commonName).compactMap { text in
            guard let name = CommonNameHost(text)?.name, !kinds.contains(name.kind) else { return nil }
            return (name.value, "commonName “\(DisplayText.escaped(text))”")
        }
    }
}
