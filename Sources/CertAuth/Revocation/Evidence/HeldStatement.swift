// SPDX-License-Identifier: Apache-2.0
// A statement that counts, with what is needed to fetch its successor.

/// One statement of a store.
struct HeldStatement: Sendable {
    let statement: FetchedStatement
    /// For whom it was fetched: its issuer's key checks a successor. Without what the client presented for nothing.
    let need: EvidenceNeed
    var fetchedAt: Timestamp
    var entityTag: String?
    var freshness: Int64?
    /// How often fetching a successor has failed.
    var failures = 0
    /// Whether anybody has rested on it since it came.
    var isUsed = true

    /// The entity tag to ask for a successor with (RFC 9110 §13.1.2); nil asks for the whole statement.
    ///
    /// What has ended must be replaced, whatever its server once said of its tag. A tag comes over plain HTTP: only a
    /// well-formed one is repeated, because `*` matches every answer.
    func condition(at now: Timestamp) -> String? {
        guard let entityTag, statement.end.map({ now <= $0 }) ?? true, Self.isEntityTag(entityTag) else { return nil }
        return entityTag
    }

    /// RFC 9110 §8.8.3: quoted, weak or strong, and no longer than any server's.
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
