// SPDX-License-Identifier: Apache-2.0

/// One element of Envoy's `x-forwarded-client-cert`: one proxy's statement about its client.
package struct XFCCElement: Sendable, Hashable {
    /// The keys that Envoy writes. It wrote `SAN` before 2018.
    package enum Key: String, Sendable, CaseIterable {
        case by = "By"
        case hash = "Hash"
        case certificate = "Cert"
        case chain = "Chain"
        case subject = "Subject"
        case uri = "URI"
        case dns = "DNS"
        case legacyName = "SAN"

        /// The key for a name, ignoring case; nil if Envoy does not write it.
        package init?(name: some StringProtocol) {
            guard let key = Self.key(named: Array(name.utf8)[...]) else { return nil }
            self = key
        }

        /// The key for a name, ignoring the case of ASCII letters.
        static func key(named name: ArraySlice<UInt8>) -> Self? {
            keys.first { key in
                key.lowercased.count == name.count && zip(key.lowercased, name).allSatisfy { $0 == $1 | 0x20 }
            }?.key
        }

        /// Keys consist of letters only, so one bit distinguishes lower case from upper case.
        private static let keys = allCases.map { (key: $0, lowercased: $0.rawValue.lowercased().utf8.map { $0 }) }

        /// Whether one element may contain several values of the key.
        var mayRepeat: Bool {
            switch self {
            case .by, .uri, .dns, .legacyName: true
            case .hash, .certificate, .chain, .subject: false
            }
        }
    }

    /// A key with its value.
    package struct Pair: Sendable, Hashable {
        /// The key.
        package let key: Key
        /// The key as it was sent.
        package let name: String
        /// The value without quotes and escapes. `Cert` and `Chain` are still percent-encoded.
        package let value: String

        /// Creates a pair to be sent.
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

    /// The pairs in the order they were sent.
    package let pairs: [Pair]

    /// Creates an element to be sent.
    package init(_ pairs: [Pair]) { self.pairs = pairs }

    /// All values of a key, in order.
    package func values(_ key: Key) -> [String] { pairs.filter { $0.key == key }.map(\.value) }

    /// The value of a key that occurs at most once.
    func value(_ key: Key) -> String? { values(key).first }
}

extension XFCCElement: CustomStringConvertible {
    /// The element in the form in which it is sent. Values are quoted if necessary or if Envoy always quotes them.
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
