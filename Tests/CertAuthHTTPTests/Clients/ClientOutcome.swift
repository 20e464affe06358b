// SPDX-License-Identifier: Apache-2.0
// The outcome that a client of another library reports, in one form for all of them.

/// `200 CN=alice`, `403 expired`, `alert certificate_expired`, or the client's own text for anything else.
struct ClientOutcome: Equatable, CustomStringConvertible {
    let description: String

    /// The alerts by the texts of OpenSSL, Go and Java.
    private static let alerts: [(name: String, words: [String])] = [
        ("certificate_required", ["certificate required"]),
        ("certificate_expired", ["certificate expired", "expired certificate"]),
        ("certificate_revoked", ["certificate revoked", "revoked certificate"]),
        ("unknown_ca", ["unknown ca", "unknown certificate authority"]),
        ("handshake_failure", ["handshake failure"]),
    ]

    init(_ description: String) { self.description = description }

    /// Reads the text of an answer or of an error.
    init(heard text: String) {
        if let start = text.firstRange(of: "HTTP/1.1 ")?.upperBound {
            let status = text[start...].prefix { $0.isNumber }
            let said = Self.between("\"code\":\"", "\"", in: text) ?? Self.between("client={", "}", in: text)
            description = "\(status) \(said ?? "without a word")"
            return
        }
        let words = text.lowercased().replacing("_", with: " ")
        let alert = Self.alerts.first { $0.words.contains { words.contains($0) } }
        description = alert.map { "alert \($0.name)" } ?? text
    }

    private static func between(_ opening: String, _ closing: String, in text: String) -> String? {
        guard let start = text.firstRange(of: opening)?.upperBound,
            let end = text[start...].firstRange(of: closing)?.lowerBound
        else { return nil }
        return String(text[start..<end])
    }
}
