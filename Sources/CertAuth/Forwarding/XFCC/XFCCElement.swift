// SPDX-License-Identifier: Apache-2.0
// One hop's word in Envoy's x-forwarded-client-cert header.

/// One element of `x-forwarded-client-cert`: what one proxy said of its client.
package struct XFCCElement: Sendable, Hashable {
    /// The keys Envoy writes; `SAN` is what it wrote before 2018.
    package enum Key: String, Sendable, CaseIterable {
        case by = "By"
        case hash = "Hash"
        case certificate = "Cert"
        case chain = "Chain"
        case subject = "Subject"
        case uri = "URI"
        case dns = "DNS"
        case legacyName = "SAN"

        /// The key, whatever its case; nil for a name that Envoy does not write.
        package init?(name: some StringProtocol) {
            guard let key = Self.key(named: Array(name.utf8)[...]) else { return nil }
            self = key
        }

        /// The key, whatever the case of its ASCII letters.
        static func key(named name: ArraySlice<UInt8>) -> Self? {
            keys.first { key in
                key.lowercased.count == name.count && zip(key.lowercased, name).allSatisfy { $0 == $1 | 0x20 }
            }?.key
        }

        /// Of letters alone, so that one bit tells a small one from a capital.
        private static let keys = allCases.map { (key: $0, lowercased: $0.rawValue.lowercased().utf8.map { $0 }) }

        /// Whether several values of the key may stand in one element.
        var mayRepeat: Bool {
            switch self {
            case .by, .uri, .dns, .legacyName: true
            case .hash, .certificate, .chain, .subject: false
            }
        }
    }

    /// A key with its value.
    package struct Pair: Sendable, Hashable {
        /// Which.
        package let key: Key
        /// The key as it was sent.
        package let name: String
        /// The value with its quotes undone; `Cert` and `Chain` are still percent-encoded.
        package let value: String

        /// Makes a pair, for sending.
        package init(_ key: Key, _ value: String) {
            self.key = key
            name = key.rawValue
            self.value = value
        }

        init(_ key: Key, name: String, value: String) {
            self.key = key
            self.name = name
            self.value = value
        }
    }

    /// The pairs in the order in which they were sent.
    package let pairs: [Pair]

    /// Makes an element, for sending.
    package init(_ pairs: [Pair]) { self.pairs = pairs }

    /// Every value of a key, in order.
    package func values(_ key: Key) -> [String] { pairs.filter { $0.key == key }.map(\.value) }

    /// The value of a key that stands once at most.
    func value(_ key: Key) -> String? { values(key).first }
}

extension XFCCElement: CustomStringConvertible {
    /// The element as it is sent: what needs quotes, and what Envoy always quotes, in quotes.
    package var description: String {
        pairs.map { pair in
            let isAlwaysQuoted = pair.key == .subject || pair.key == .certificate || pair.key == .chain
            let needsQuotes = isAlwaysQuoted || pair.value.utf8.contains { Array(",;=\"\\".utf8).contains($0) }
            return "\(pair.key.rawValue)=\(needsQuotes ? Self.quoted(pair.value) : pair.value)"
        }.joined(separator: ";")
    }

    private static func quoted(_ value: String) -> String {
        var output = "\""
        for character in value.unicodeScalars {
            if character == "\"" || character == "\\" { output += "\\" }
            output.unicodeScalars.append(character)
        }
        return output + "\""
    }
}
