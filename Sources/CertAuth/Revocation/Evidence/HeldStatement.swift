// SPDX-License-Identifier: Apache-2.0

/// A statement in a store, with what is needed to fetch its successor.
struct HeldStatement: Sendable {
    let statement: FetchedStatement
    /// The certificate that it was fetched for. Its issuer's key verifies a successor. Presented certificates and anchors
    /// that are not needed are removed.
    let need: EvidenceNeed
    var fetchedAt: Timestamp
    var entityTag: String?
    var freshness: Int64?
    /// The number of failed fetches of a successor.
    var failures = 0
    /// Whether a decision has used it since it was fetched.
    var isUsed = true

    /// The entity tag for a conditional request of a successor (RFC 9110 §13.1.2). Nil requests the whole statement.
    ///
    /// An expired statement must be replaced, whatever its server said about the tag. Tags arrive over plain HTTP, so
    /// only well-formed ones are sent back: `*` would match every response.
    func condition(at now: Timestamp) -> String? {
        guard let entityTag, statement.end.map({ now <= $0 }) ?? true, Self.isEntityTag(entityTag) else { return nil }
        return entityTag
    }

    /// Whether the text is an entity tag (RFC 9110 §8.8.3): quoted, weak or strong, of bounded length.
    private static func isEntityTag(_ text: String) -> Bool {
        let quoted = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
        let quote = UInt8(ascii: "\"")
        return (2...258).contains(quoted.utf8.count) && quoted.utf8.first == quote && quoted.utf8.last == quote
            && quoted.utf8.dropFirst().dropLast().allSatisfy { (0x21..<0x7F).contains($0) && $0 != quote }
    }

    func schedule(for key: EvidenceKey) -> RefreshSchedule {
        let fingerprint =
            switch statement {
            case .list(let list): list.fingerprint
            case .response(let response): response.fingerprint
            }
        return RefreshSchedule(
            fetchedAt: fetchedAt,
            end: statement.end,
            freshness: freshness,
            failures: failures,
            spread: fingerprint.bytes.first ?? 0
        )
    }
}
