// SPDX-License-Identifier: Apache-2.0
// How long a server says that its answer stays fresh.

/// The part of Cache-Control and Age that says when to ask again (RFC 9111 §4.2).
package enum CacheDirectives {
    /// Seconds of freshness that are left.
    ///
    /// - Parameters:
    ///   - cacheControl: every Cache-Control field's value.
    ///   - age: the Age field's value.
    /// - Returns: 0 for `no-store`, `no-cache` and a broken max-age; nil where nothing is said.
    package static func freshness(cacheControl: [String], age: String?) -> Int64? {
        var lifetime: Int64?
        for directive in cacheControl.joined(separator: ",").split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { part in
                part.filter { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased()
            }
            switch parts.first {
            case "no-store", "no-cache": return 0
            case "max-age": lifetime = min(lifetime ?? .max, seconds(parts.count == 2 ? parts[1] : "") ?? 0)
            default: continue
            }
        }
        return lifetime.map { max(0, $0 - (age.flatMap(seconds) ?? 0)) }
    }

    /// RFC 9111 §1.2.2: a number too great to be held is the greatest.
    private static func seconds(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.areASCIIDigits else { return nil }
        return min(Int64(text) ?? .max, 1 << 31)
    }
}
