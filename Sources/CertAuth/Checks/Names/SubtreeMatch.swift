// SPDX-License-Identifier: Apache-2.0
// Whether a name lies in a subtree, kind by kind.

/// Compares names with the base of one subtree.
///
/// The two directions err to the safe side each: what is unclear is not permitted, and is excluded.
struct SubtreeMatch: Sendable {
    /// Whether the comparison is of a kind with the name at all, and how it went.
    enum Answer: Sendable {
        /// The constraint is about another kind of name.
        case otherKind
        case inside
        case outside
        /// The constraint is about this kind, but can't be evaluated for this name.
        case undecidable
    }

    /// How unclear cases are meant.
    enum Direction: Sendable {
        case permitted
        case excluded
    }

    let base: GeneralName
    let direction: Direction

    func answer(for name: ConstrainedName) -> Answer {
        switch (name, base) {
        case (.dns(let host), .dns(let text)): decide(isHost(host, below: text))
        case (.mailbox(let mailbox), .email(let text)): decide(isMailbox(mailbox, within: text))
        case (.internationalMailbox(let mailbox), .email(let text)): international(mailbox, text)
        case (.uri(let uri), .uri(let text)): resource(uri, text)
        case (.address(let address), .ipAddress(let range)): decide(isAddress(address, within: range))
        case (.directory(let name), .directory(let prefix)): decide(name.isWithin(prefix))
        case (.other(let name), let base) where name.isSameKind(as: base): .undecidable
        case (.internationalMailbox, .otherName(let other)) where other.type == .smtpUTF8Mailbox: .undecidable
        case (.malformed(let name), let base) where name.isSameKind(as: base): .undecidable
        case (.malformed(.otherName), .email): .undecidable
        default: .otherKind
        }
    }

    private func decide(_ isInside: Bool) -> Answer { isInside ? .inside : .outside }

    /// A host constraint includes what is below it; a leading dot means only what is below; empty means every host.
    private func isHost(_ host: DNSName, below text: String) -> Bool {
        guard !text.isEmpty else { return true }
        let isBelowOnly = text.hasPrefix(".")
        guard let ancestor = DNSName(isBelowOnly ? String(text.dropFirst()) : text) else {
            return direction == .excluded
        }
        if isBelowOnly && host.labels.count <= ancestor.labels.count { return false }
        return direction == .excluded ? host.mayStandWithin(ancestor) : host.isWithin(ancestor)
    }

    /// `user@host` is one mailbox, `host` all mailboxes of that host, `.domain` those of all hosts below.
    private func isMailbox(_ mailbox: Mailbox, within text: String) -> Bool {
        if text.contains("@") {
            guard let wanted = Mailbox(text) else { return direction == .excluded }
            return mailbox == wanted
        }
        return isExactHost(mailbox.host, text)
    }

    /// A constraint on one mailbox can't be compared with an international one (RFC 9598 §6).
    private func international(_ mailbox: Mailbox, _ text: String) -> Answer {
        text.contains("@") ? .undecidable : decide(isExactHost(mailbox.host, text))
    }

    /// Only URIs with a host name can be compared; others must be refused (RFC 5280 §4.2.1.10).
    private func resource(_ uri: UniformResource, _ text: String) -> Answer {
        guard case .name(let host) = uri.host else { return .undecidable }
        return decide(isExactHost(host, text))
    }

    private func isExactHost(_ host: DNSName, _ text: String) -> Bool {
        let isBelowOnly = text.hasPrefix(".")
        guard let wanted = DNSName(isBelowOnly ? String(text.dropFirst()) : text) else { return direction == .excluded }
        return isBelowOnly ? host.labels.count > wanted.labels.count && host.isWithin(wanted) : host == wanted
    }

    /// An excluded IPv4 range also excludes its IPv4-mapped addresses; a permitted one does not permit them.
    private func isAddress(_ address: [UInt8], within bytes: [UInt8]) -> Bool {
        guard let range = AddressRange(bytes) else { return direction == .excluded }
        if range.contains(address) { return true }
        guard direction == .excluded, let mapped = AddressRange.mappedVersion4(address) else { return false }
        return range.contains(mapped)
    }
}

extension DistinguishedName {
    /// True when the name begins with every relative name of `prefix`, compared as RFC 5280 §7.1 does.
    func isWithin(_ prefix: DistinguishedName) -> Bool { canonical.starts(with: prefix.canonical) }
}

extension GeneralName {
    /// Whether both are of one kind; otherNames by their type.
    func isSameKind(as other: GeneralName) -> Bool {
        if case .otherName(let left) = self, case .otherName(let right) = other { return left.type == right.type }
        return kind == other.kind
    }
}
