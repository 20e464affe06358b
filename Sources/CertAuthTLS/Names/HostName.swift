// SPDX-License-Identifier: Apache-2.0
// The one normal form of a host's name, for SNI, the Host field and routing alike.

import CertAuth

/// A host's name in its one normal form: A-labels in lower case, no port, no dot at the end.
///
/// SNI, Host, `:authority` and the names of a configuration all become one before they are compared, so that no
/// spelling reaches another policy than the name itself.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// The normal form, for instance `xn--mnchen-3ya.example`; IPv6 addresses stand in brackets.
    package let text: String

    /// The normal form.
    package var description: String { text }

    /// Reads the authority of a request: a name or address, with or without a port.
    ///
    /// - Returns: nil for what is no host.
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

    /// Reads a name without a port, as SNI and configurations have it.
    ///
    /// - Returns: nil for an empty label, a label of more than 63 bytes, a name of more than 253, and characters that
    ///   no name has. Labels in other scripts are put into A-labels where lower-casing is all the preparation they
    ///   need; those that would need more are refused and can be given as A-labels.
    /// - Source: RFC 1123 section 2.1, RFC 5890, RFC 3492. Underscores are taken, for they occur.
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

    /// Whether a lower-cased scalar may stand in a label as it is: nothing that Unicode would fold or compose away.
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

    /// Nothing, or a colon and a port; the port itself may be left out (RFC 3986 section 3.2.3).
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

/// A name of a configuration: one host, or with `*.` all hosts below a domain, at any depth.
struct HostPattern: Hashable, Sendable {
    /// The host, or the domain behind `*.`.
    let name: HostName
    let isWildcard: Bool

    /// - Returns: nil for what is neither a name nor `*.` and a name.
    init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        guard let name = HostName(serverName: isWildcard ? String(text.dropFirst(2)) : text) else { return nil }
        self.name = name
    }
}
