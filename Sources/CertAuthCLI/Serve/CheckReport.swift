// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The outcome of `certauth serve --check`.
package struct CheckReport: Sendable {
    /// The findings, the most serious ones first.
    package let findings: [ConfigurationFinding]
    /// Why no server can be made; nil if one can.
    package let failure: CommandFailure?

    /// - Parameter findings: in the words of the library.
    package init(findings: [ConfigurationFinding], failure: CommandFailure? = nil) {
        let translated = FindingText.translated(findings)
        let order: [ConfigurationFinding.Severity] = [.error, .warning, .notice]
        self.findings = order.flatMap { severity in
            translated.filter { $0.severity == severity }
        }
        self.failure = failure
    }

    /// Whether clients can be served.
    package var isUsable: Bool { failure == nil && !findings.contains { $0.severity == .error } }

    /// 0, or 2 if the configuration cannot work.
    package var exitCode: Int32 { isUsable ? 0 : (failure?.kind ?? .usage).rawValue }

    /// The report for programs.
    package var json: JSONValue {
        let error: JSONValue? = failure.map { failure in
            ["message": .string(failure.message), "hints": .strings(failure.hints)]
        }
        return [
            "usable": .bool(isUsable), "findings": .array(findings.map(Self.json)), "error": error ?? .null,
        ]
    }

    private static func json(_ finding: ConfigurationFinding) -> JSONValue {
        [
            "code": .string(finding.code), "severity": .string(finding.severity.rawValue),
            "place": .optional(finding.place), "message": .string(finding.message),
        ]
    }

    /// The findings that prevent a start, as a usage error; nil if there is none. Their messages were logged before.
    package var refusal: CommandFailure? {
        let codes = findings.filter { $0.severity == .error }.map(\.code)
        guard !codes.isEmpty else { return nil }
        return .usage(
            "the configuration cannot work: \(codes.joined(separator: ", "))",
            hint: "certauth serve --check shows all findings"
        )
    }
}
