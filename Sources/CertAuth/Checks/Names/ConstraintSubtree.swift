// SPDX-License-Identifier: Apache-2.0

/// A subtree of a name constraint, parsed once for many comparisons.
struct ConstraintSubtree: Sendable {
    /// The base of a subtree.
    enum Base: Sendable {
        /// An empty base: every host, or every mailbox of every host.
        case everyHost
        /// For dNSName, a host and everything below it. For rfc822Name and URI, exactly this host.
        case host(DNSName)
        /// A base with a leading dot: only hosts below it.
        case below(DNSName)
        case mailbox(Mailbox)
        case addresses(AddressRange)
        case directory(PreparedName)
        /// A text or a number of bytes that is not a valid base of its kind.
        case unreadable
        /// A kind for which no comparison is defined here.
        case unsupported
    }

    /// The base as it appears in the certificate.
    let name: GeneralName
    let base: Base

    init(_ subtree: NameConstraints.Subtree) { self.init(subtree.base) }

    init(_ name: GeneralName) {
        self.name = name
        switch name {
        case .dns(let text): base = text.isEmpty ? .everyHost : Self.host(text)
        case .email(let text): base = text.contains("@") ? Self.mailbox(text) : Self.host(text)
        case .uri(let text): base = Self.host(text)
        case .ipAddress(let bytes): base = AddressRange(bytes).map(Base.addresses) ?? .unreadable
        case .directory(let directory): base = .directory(PreparedName(directory))
        case .otherName, .x400Address, .ediParty, .registeredID: base = .unsupported
        }
    }

    private static func host(_ text: String) -> Base {
        guard text.hasPrefix(".") else { return DNSName(text).map(Base.host) ?? .unreadable }
        return DNSName(String(text.dropFirst())).map(Base.below) ?? .unreadable
    }

    private static func mailbox(_ text: String) -> Base { Mailbox(text).map(Base.mailbox) ?? .unreadable }
}
