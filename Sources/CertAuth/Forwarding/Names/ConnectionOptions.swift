// SPDX-License-Identifier: Apache-2.0
// The headers that `Connection` names.

/// The options of a `Connection` field (RFC 9110 §7.6.1), read as any proxy could read them.
enum ConnectionOptions {
    private static let fields = [FoldedName("Connection"), FoldedName("Proxy-Connection")]

    /// Whether a header contains such options.
    static func areIn(_ name: FoldedName) -> Bool { fields.contains(name) }

    /// The names between commas, and the words in them: some proxies end a name at a blank or semicolon.
    static func names(in value: String) -> [String] {
        value.split(separator: ",").flatMap { option in
            let words = option.split { $0 == " " || $0 == "\t" || $0 == ";" }
            return words.count == 1 ? [String(words[0])] : [String(option).trimmedOfBlanks] + words.map(String.init)
        }
    }
}
