// SPDX-License-Identifier: Apache-2.0
// Strings from bytes, and without the blanks around them.

extension String {
    /// The text if `bytes` are valid in `encoding`, nil otherwise.
    init?(validating bytes: some Collection<UInt8>, as encoding: UTF8.Type) {
        let text = String(decoding: bytes, as: encoding)
        // Invalid bytes become U+FFFD, which changes the encoding.
        guard text.utf8.elementsEqual(bytes) else { return nil }
        self = text
    }

    /// Without blanks and tabs at both ends (RFC 9110 §5.5).
    var trimmedOfBlanks: String {
        guard let start = utf8.firstIndex(where: { !$0.isBlank }), let end = utf8.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return utf8.index(after: end) == endIndex && start == startIndex ? self : String(self[start...end])
    }
}
