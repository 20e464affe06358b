// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import CertAuthTLS

/// The outcome of `certauth serve --check`.
package struct CheckReport: Sendable {
    /// The findings, the most serious ones first.
    package let findings: [ConfigurationFinding]
    /// The server's certificates.
    package let identities: [ServedIdentity]
    /// Why no server can be made; nil if one can.
    package let failure: CommandFailure?

    /// - Parameter findings: in the words of the library.
    package init(
        findings: [ConfigurationFinding],
        identities: [ServedIdentity] = [],
        failure: CommandFailure? = nil
    ) {
        self.identities = identities
        let translated = FindingText.translated(findings)
        let order: [ConfigurationFinding.Severity] = [.error, .warning, .notice]
        self.findings = order.flatMap { severity in
            translated.filter { $0.severity == severity }
        }
        self.failure = failure
    }

    /// Whether clients can be served.
    package var isUsable: Bool { failure == nil && !findings.contains { $0.severity == .error } }

    /// The last line for people. It counts the warnings, so that a reader does not take them for part of a good result.
    package var summary: String {
        guard isUsable else { return "the configuration cannot work" }
        let count = findings.count { $0.severity == .warning }
        guard count > 0 else { return "the configuration is usable" }
        return "the configuration is usable, with \(count) \(count == 1 ? "warning" : "warnings")"
    }

    /// 0, or 2 if the configuration cannot work.
    package var exitCode: Int32 { isUsable ? 0 : (failure?.kind ?? .usage).rawValue }

    /// The report for programs.
    package var json: JSONValue {
        let error: JSONValue? = failure.map { failure in
            ["message": .string(failure.message), "hints": .strings(failure.hints)]
        }
        return [
            "usable": .bool(isUsable), "identities": .array(identities.map(Self.json)),
            "findings": .array(findings.map(Self.json)), "error": error ?? .null,
        ]
    }

    /// One line for each certificate. Empty for one without an OCSP response, which needs no distinction.
    package var identityLines: [String] {
        guard identities.count > 1 || identities.contains(where: \.isStapled) else { return [] }
        return identities.map { identity in
            let place = identity.name.map { " of \(DisplayText.escaped($0))" } ?? ""
            let end = identity.stapledUntil.map { " until \($0)" } ?? ""
            let staple = identity.isStapled ? "OCSP response stapled\(end)" : "no OCSP response"
            return "certificate\(place): \(identity.subject) (\(identity.key)), until \(identity.notAfter), \(staple)"
        }
    }

    private static func json(_ identity: ServedIdentity) -> JSONValue {
        [
            "name": .optional(identity.name), "subject": .string(identity.subject), "key": .string(identity.key),
            "notAfter": .string("\(identity.notAfter)"), "stapled": .bool(identity.isStapled),
            "stapledUntil": .optional(identity.stapledUntil.map { "\($0)" }),
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
