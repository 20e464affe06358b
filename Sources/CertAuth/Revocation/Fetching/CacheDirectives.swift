// SPDX-License-Identifier: Apache-2.0

/// Computes how long an HTTP response stays fresh from Cache-Control and Age (RFC 9111 §4.2).
package enum CacheDirectives {
    /// The remaining freshness in seconds.
    ///
    /// - Parameters:
    ///   - cacheControl: the values of all Cache-Control fields.
    ///   - age: the value of the Age field.
    /// - Returns: 0 for `no-store`, `no-cache` and an invalid max-age; nil if the fields say nothing.
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

    /// A number that is too large to store counts as the largest one (RFC 9111 §1.2.2).
    private static func seconds(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.areASCIIDigits else { return nil }
        return min(Int64(text) ?? .max, 1 << 31)
    }
}
