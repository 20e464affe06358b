// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Decodes `bytes`; nil if they are not valid in `encoding`.
    init?(validating bytes: some Collection<UInt8>, as encoding: UTF8.Type) {
        let text = String(decoding: bytes, as: encoding)
        // Decoding replaces invalid bytes by U+FFFD, which changes the encoding.
        guard text.utf8.elementsEqual(bytes) else { return nil }
        self = text
    }

    /// The text without spaces and tabs at both ends (RFC 9110 §5.5).
    package var trimmedOfBlanks: String {
        let rest = utf8.trimmed(of: \.isBlank)
        return rest.startIndex == startIndex && rest.endIndex == endIndex ? self : String(Substring(rest))
    }
}
