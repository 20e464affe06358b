// SPDX-License-Identifier: Apache-2.0
// What is allowed, but worth a second look at start-up.

/// A combination of options that works and is dangerous, or looser than the default.
///
/// What cannot mean what it says is no finding: it throws. The list of codes may grow; none is ever renamed.
public struct ConfigurationFinding: Sendable, Hashable {
    /// How much it matters.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// Looser than the default, as the option says.
        case notice
        /// Lets in, or shuts out, whom few would want to.
        case warning
    }

    /// A stable kebab-case word.
    public let code: String
    /// How much it matters.
    public let severity: Severity
    /// What it means, and what mends it; one line.
    public let message: String
    /// What it is about, where a configuration has several: a server name. Nil for the whole.
    public var place: String?

    package init(_ code: String, _ severity: Severity, _ message: String) {
        self.code = code
        self.severity = severity
        self.message = message
    }

    /// The same about a part of the whole.
    package func at(_ place: String?) -> ConfigurationFinding {
        var finding = self
        finding.place = place
        return finding
    }
}

extension ConfigurationFinding: CustomStringConvertible {
    /// `warning: no-revocation: …`
    public var description: String {
        "\(severity.rawValue): \(code): \(place.map { "\($0): " } ?? "")\(message)"
    }
}
