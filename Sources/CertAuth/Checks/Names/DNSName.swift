// SPDX-License-Identifier: Apache-2.0
// Host names: their syntax, and which lies below which.

/// A host name as labels, folded to lower case; the first label may be the wildcard `*`.
struct DNSName: Sendable, Hashable {
    /// Leftmost first.
    let labels: [String]

    /// How strictly labels are read.
    enum Syntax {
        /// Letters, digits, hyphen inside, and underscore, which many names in use carry.
        case common
        /// RFC 1034 §3.5 and RFC 1123 §2.1: no underscore, and no number at the end, which makes it an address.
        case preferred
    }

    /// Reads a name; a trailing dot, an empty label, or a label above 63 bytes make it none.
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

    /// Whether `text` is a host name of the common syntax for certain; false means that only `init` can tell.
    ///
    /// Most names in certificates are, and this allocates nothing.
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

    /// True when the name equals `ancestor` or lies below it, label by label.
    func isWithin(_ ancestor: DNSName) -> Bool { labels.suffix(ancestor.labels.count).elementsEqual(ancestor.labels) }

    /// True when some host that the name stands for may lie within `subtree`: a wildcard stands for one label.
    func mayStandWithin(_ subtree: DNSName) -> Bool {
        if isWithin(subtree) { return true }
        return isWildcard && subtree.labels.count == labels.count && subtree.labels.dropFirst() == labels.dropFirst()
    }

    /// True when the last label is a number, decimal or hexadecimal: such hosts are read as IPv4 addresses.
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
