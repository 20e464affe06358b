// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The name of a host in its only normal form: A-labels in lower case, no port, no trailing dot.
///
/// SNI, Host, `:authority` and the names of a configuration are converted to it before they are compared, so that no
/// other spelling of a name selects another policy.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// The normal form, for instance `xn--mnchen-3ya.example`. IPv6 addresses are in brackets.
    package let text: String

    /// The normal form.
    package var description: String { text }

    /// Reads the authority of a request: a name or address, with or without a port.
    ///
    /// - Returns: Nil if it is not a valid host.
    package init?(authority: String) {
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]"),
                Self.isPort(authority[authority.index(after: bracket)...]),
                let address = Self.address(authority[..<bracket].dropFirst())
            else { return nil }
            self.init(normalText: "[\(address)]")
            return
        }
        let colon = authority.firstIndex(of: ":") ?? authority.endIndex
        guard Self.isPort(authority[colon...]) else { return nil }
        self.init(serverName: String(authority[..<colon]))
    }

    /// Reads a name without a port, as in SNI and in configurations.
    ///
    /// - Returns: Nil for an empty label, a label of more than 63 bytes, a name of more than 253, and invalid
    ///   characters. Labels in other scripts are converted to A-labels if lower-casing is sufficient. Labels that need
    ///   more preparation are refused and must be given as A-labels.
    /// - Source: RFC 1123 section 2.1, RFC 5890, RFC 3492. Underscores are accepted, because they occur.
    package init?(serverName: String) {
        let withoutDot = serverName.hasSuffix(".") ? serverName.dropLast() : serverName[...]
        var labels: [String] = []
        for label in withoutDot.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
            guard let label = Self.normalLabel(label) else { return nil }
            labels.append(label)
        }
        let joined = labels.joined(separator: ".")
        guard joined.utf8.count <= 253 else { return nil }
        self.init(normalText: joined)
    }

    private init(normalText: String) { text = normalText }

    private static func normalLabel(_ label: String.UnicodeScalarView.SubSequence) -> String? {
        let lowercased = label.map(\.properties.lowercaseMapping).joined()
        let scalars = Array(lowercased.unicodeScalars)
        guard !scalars.isEmpty, scalars.first != "-", scalars.last != "-", scalars.allSatisfy(isOfLabels) else {
            return nil
        }
        let isASCII = scalars.allSatisfy(\.isASCII)
        guard let encoded = isASCII ? lowercased : Punycode.encoded(scalars).map({ "xn--" + $0 }) else { return nil }
        return encoded.utf8.count <= 63 ? encoded : nil
    }

    /// Whether a lower-cased scalar may appear in a label unchanged: Unicode neither folds nor composes it.
    private static func isOfLabels(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else {
            return switch scalar {
            case "a"..."z", "0"..."9", "-", "_": true
            default: false
            }
        }
        let properties = scalar.properties
        return (properties.isAlphabetic || properties.numericType == .decimal)
            && !properties.changesWhenNFKCCaseFolded
            && properties.canonicalCombiningClass == .notReordered
            && !(0x1100...0x11FF).contains(scalar.value)
    }

    /// Whether the text is empty, or a colon and a port, which may be empty (RFC 3986 section 3.2.3).
    private static func isPort(_ text: Substring) -> Bool {
        guard let colon = text.utf8.first else { return true }
        let digits = text.utf8.dropFirst()
        return colon == UInt8(ascii: ":") && digits.count <= 5
            && digits.areASCIIDigits
    }

    private static func address(_ text: Substring) -> String? {
        text.utf8.contains(UInt8(ascii: ":")) && IPAddress(text) != nil ? text.lowercased() : nil
    }
}

/// A name in a configuration: one host, or with `*.` all hosts of a domain, at any depth.
package struct HostPattern: Hashable, Sendable {
    /// The host, or the domain after `*.`.
    let name: HostName
    let isWildcard: Bool

    /// - Returns: Nil unless it is a name or `*.` and a name.
    package init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        guard let name = HostName(serverName: isWildcard ? String(text.dropFirst(2)) : text) else { return nil }
        self.name = name
    }

    /// Equal if the hosts are the same, however they are spelled.
    package static func == (left: HostPattern, right: HostPattern) -> Bool {
        VisitCounter.add(1)
        return left.isWildcard == right.isWildcard && left.name == right.name
    }
}
