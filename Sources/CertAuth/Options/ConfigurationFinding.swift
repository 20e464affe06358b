// SPDX-License-Identifier: Apache-2.0

/// A combination of options that is dangerous, looser than the default, or will not serve the expected clients.
///
/// A contradictory combination is not a finding: it throws a `ConfigurationError`. The list of codes may grow; no code
/// is ever renamed.
public struct ConfigurationFinding: Sendable, Hashable {
    /// How serious a finding is.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The option is looser than its default.
        case notice
        /// The options probably admit or refuse the wrong clients.
        case warning
        /// The configuration cannot work: every client that follows the rules is refused, or refuses the server.
        case error
    }

    /// A stable kebab-case word.
    public let code: String
    /// How serious it is.
    public let severity: Severity
    /// One line: what it means, and how to fix it.
    public let message: String
    /// The part of the configuration that it concerns, such as a server name; nil for the whole configuration.
    public var place: String?

    package init(_ code: String, _ severity: Severity, _ message: String) {
        self.code = code
        self.severity = severity
        self.message = message
    }

    /// A copy of this finding for one part of the configuration.
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
