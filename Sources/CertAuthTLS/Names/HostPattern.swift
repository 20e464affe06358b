// SPDX-License-Identifier: Apache-2.0
// A name of a configuration: one host, or all hosts below a domain.

/// A name of a configuration: one host, or with `*.` all hosts below a domain, at any depth.
struct HostPattern: Hashable, Sendable {
    /// The host, or the domain behind `*.`.
    let name: HostName
    let isWildcard: Bool

    /// - Returns: nil for what is neither a name nor `*.` and a name.
    init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        guard let name = HostName(serverName: isWildcard ? String(text.dropFirst(2)) : text) else { return nil }
        self.name = name
    }
}
