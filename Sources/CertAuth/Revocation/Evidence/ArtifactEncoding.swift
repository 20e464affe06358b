// SPDX-License-Identifier: Apache-2.0

/// Encodes artifacts with their key as one file: a few lines of text, an empty line, and the DER. Nothing in a file is
/// trusted: a file that differs from what would be written is ignored.
enum ArtifactEncoding {
    private static let title = "CertAuth revocation artifact 1"
    private static let longestHeader = 8_192

    static func encoded(_ artifact: RevocationArtifact, key: EvidenceKey) -> [UInt8] {
        var lines = [
            title, "kind \(key.source.kind.rawValue)", "source \(DisplayText.escaped(key.source.address))",
            "certificate \(Hexadecimal.text(key.certificateDigest))",
            "fetched \(artifact.fetchedAt.millisecondsSince1970)",
        ]
        if let tag = artifact.entityTag, DisplayText.escaped(tag) == tag { lines.append("etag \(tag)") }
        if let freshness = artifact.freshness { lines.append("fresh \(freshness.wholeSeconds)") }
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + artifact.derEncoded
    }

    static func decoded(_ bytes: consuming [UInt8], key: EvidenceKey) -> RevocationArtifact? {
        let search = Array(bytes[..<min(bytes.count, longestHeader)])
        guard let end = search.indices.dropLast().first(where: { search[$0] == 10 && search[$0 + 1] == 10 }) else {
            return nil
        }
        let lines = String(decoding: search[..<end], as: UTF8.self).split(separator: "\n")
        var fields: [Substring: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, fields.updateValue(String(parts[1]), forKey: parts[0]) == nil else { return nil }
        }
        guard lines.first.map({ $0 == title }) ?? false, fields["kind"] == key.source.kind.rawValue,
            fields["source"] == DisplayText.escaped(key.source.address),
            fields["certificate"] == Hexadecimal.text(key.certificateDigest),
            let fetched = fields["fetched"].flatMap({ Int64($0) })
        else { return nil }
        bytes.removeSubrange(..<(end + 2))
        return RevocationArtifact(
            derEncoded: bytes,
            fetchedAt: Timestamp(millisecondsSince1970: fetched),
            entityTag: fields["etag"],
            freshness: fields["fresh"].flatMap { Int64($0) }.map { .seconds($0) }
        )
    }
}
