// SPDX-License-Identifier: Apache-2.0

/// A host name as labels in lower case. The first label may be the wildcard `*`.
struct DNSName: Sendable, Hashable {
    /// The leftmost label first.
    let labels: [String]

    /// The syntax of labels.
    enum Syntax {
        /// Letters, digits, hyphens inside, and underscores, which many real names contain.
        case common
        /// RFC 1034 §3.5 and RFC 1123 §2.1: no underscore, and the last label is not a number, because such a name is
        /// an address.
        case preferred
    }

    /// Parses a name. Nil for a trailing dot, an empty label or a label of more than 63 bytes.
    init?(_ text: String, syntax: Syntax = .common, allowsWildcard: Bool = false) {
        guard !text.isEmpty, text.utf8.count <= 253 else { return nil }
        let lowercased = text.lowercased()
        let parts = lowercased.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        for (index, label) in parts.enumerated() {
            if allowsWildcard && index == 0 && label == "*" && parts.count > 1 { continue }
            guard Self.isLabel(label, syntax: syntax) else { return nil }
        }
        if syntax == .preferred, let last = parts.last, last.utf8.areASCIIDigits {
            return nil
        }
        labels = parts
    }

    /// Whether `text` certainly is a host name of the common syntax. If false, only `init` can tell.
    ///
    /// This is a fast path without allocation for most names in certificates.
    static func isPlain(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        var length = 0
        var previous: UInt8 = 0x2E
        for byte in text.utf8 {
            switch byte {
            case _ where byte.isASCIILowercase || byte.isASCIIDigit: length += 1
            case 0x2D where length > 0: length += 1
            case 0x2E where length > 0 && previous != 0x2D: length = 0
            default: return false
            }
            guard length <= 63 else { return false }
            previous = byte
        }
        return length > 0 && previous != 0x2D
    }

    var isWildcard: Bool { labels.first == "*" }

    /// Whether the name equals `ancestor` or is below it, label by label.
    func isWithin(_ ancestor: DNSName) -> Bool { labels.suffix(ancestor.labels.count).elementsEqual(ancestor.labels) }

    /// Whether a host that matches the name may be in `subtree`. A wildcard matches one label.
    func mayBeWithin(_ subtree: DNSName) -> Bool {
        if isWithin(subtree) { return true }
        return isWildcard && subtree.labels.count == labels.count && subtree.labels.dropFirst() == labels.dropFirst()
    }

    /// Whether the last label is a decimal or hexadecimal number. Such hosts are parsed as IPv4 addresses.
    var endsInNumber: Bool {
        guard let last = labels.last else { return false }
        if last.hasPrefix("0x") { return last.utf8.dropFirst(2).allSatisfy { $0.isHexadecimalDigit } }
        return last.utf8.areASCIIDigits
    }

    private static func isLabel(_ label: String, syntax: Syntax) -> Bool {
        guard !label.isEmpty, label.utf8.count <= 63, !label.hasPrefix("-"), !label.hasSuffix("-") else { return false }
        return label.utf8.allSatisfy { byte in
            byte.isASCIILowercase || byte.isASCIIDigit || byte == 0x2D || (byte == 0x5F && syntax == .common)
        }
    }
}
