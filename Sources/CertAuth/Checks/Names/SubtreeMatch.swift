// SPDX-License-Identifier: Apache-2.0

/// Decides whether a name is in one subtree of a name constraint.
///
/// Unclear cases are decided safely in both directions: they are not permitted, and they are excluded.
struct SubtreeMatch: Sendable {
    /// The result of a comparison.
    enum Answer: Sendable {
        /// The constraint applies to another kind of name.
        case otherKind
        case inside
        case outside
        /// The constraint applies to this kind, but cannot be evaluated for this name.
        case undecidable
    }

    /// The side on which the subtree appears. It decides unclear cases.
    enum Direction: Sendable {
        case permitted
        case excluded
    }

    let subtree: ConstraintSubtree
    let direction: Direction

    func answer(for name: ConstrainedName) -> Answer {
        switch (name, subtree.name) {
        case (.dns(let host), .dns): decide(isHost(host))
        case (.mailbox(let mailbox), .email): self.mailbox(mailbox)
        case (.internationalMailbox(let mailbox), .email): international(mailbox)
        case (.uri(let uri), .uri): resource(uri)
        case (.address(let address), .ipAddress): decide(isAddress(address))
        case (.directory(let name), .directory): directory(name)
        case (.other(let name), let base) where name.isSameKind(as: base): .undecidable
        case (.internationalMailbox, .otherName(let other)) where other.type == .smtpUTF8Mailbox: .undecidable
        case (.malformed(let name), let base) where name.isSameKind(as: base): .undecidable
        case (.malformed(.otherName), .email): .undecidable
        default: .otherKind
        }
    }

    private func decide(_ isInside: Bool) -> Answer { isInside ? .inside : .outside }

    /// A host constraint includes all hosts below it. A leading dot includes only those below it. An empty constraint
    /// includes all hosts.
    private func isHost(_ host: DNSName) -> Bool {
        switch subtree.base {
        case .everyHost: true
        case .host(let ancestor): isHost(host, within: ancestor)
        case .below(let ancestor): host.labels.count > ancestor.labels.count && isHost(host, within: ancestor)
        default: direction == .excluded
        }
    }

    private func isHost(_ host: DNSName, within ancestor: DNSName) -> Bool {
        direction == .excluded ? host.mayBeWithin(ancestor) : host.isWithin(ancestor)
    }

    /// `user@host` is one mailbox, `host` is all mailboxes of that host, `.domain` is all mailboxes of all hosts below
    /// the domain.
    private func mailbox(_ mailbox: Mailbox) -> Answer {
        guard case .mailbox(let wanted) = subtree.base else { return hosts(of: mailbox) }
        return decide(mailbox == wanted)
    }

    /// Whether a constraint on hosts includes the mailbox. An address may belong to any host and cannot be compared, as
    /// RFC 5280 §4.2.1.10 says of URIs with an address.
    private func hosts(of mailbox: Mailbox) -> Answer {
        switch mailbox.host {
        case .name(let host): decide(isExactHost(host))
        case .address: .undecidable
        }
    }

    /// A constraint on one mailbox cannot be compared with an international mailbox of the same host (RFC 9598 §6).
    private func international(_ mailbox: Mailbox) -> Answer {
        switch subtree.base {
        case .mailbox(let wanted): mailbox.host == wanted.host ? .undecidable : .outside
        case .unreadable: .undecidable
        default: hosts(of: mailbox)
        }
    }

    /// Only URIs with a host name can be compared. All others must be refused (RFC 5280 §4.2.1.10).
    private func resource(_ uri: UniformResource) -> Answer {
        guard case .name(let host) = uri.host else { return .undecidable }
        return decide(isExactHost(host))
    }

    private func isExactHost(_ host: DNSName) -> Bool {
        switch subtree.base {
        case .host(let wanted): host == wanted
        case .below(let ancestor): host.labels.count > ancestor.labels.count && host.isWithin(ancestor)
        default: direction == .excluded
        }
    }

    private func directory(_ name: PreparedName) -> Answer {
        guard case .directory(let prefix) = subtree.base else { return .undecidable }
        return switch name.isWithin(prefix) {
        case .same: .inside
        case .different: .outside
        case .undecidable: .undecidable
        }
    }

    /// An excluded IPv4 range also excludes the IPv4-mapped addresses of it. A permitted range does not permit them.
    private func isAddress(_ address: [UInt8]) -> Bool {
        guard case .addresses(let range) = subtree.base else { return direction == .excluded }
        if range.contains(address) { return true }
        guard direction == .excluded, let mapped = IPAddress.mappedVersion4(address) else { return false }
        return range.contains(mapped)
    }
}

extension GeneralName {
    /// Whether both names are of the same kind. The kind of an otherName includes its type.
    func isSameKind(as other: GeneralName) -> Bool {
        if case .otherName(let left) = self, case .otherName(let right) = other { return left.type == right.type }
        return kind == other.kind
    }
}
