// SPDX-License-Identifier: Apache-2.0
// The report as JSON: the fields of `verify --batch`, and everything that the text shows.

package import CertAuth

extension VerificationReport {
    /// `{"result", "status", "error", "chain", "policies", "identity", "time", "validUntil", "paths", "omittedPaths"}`
    package var json: JSONValue {
        let answer: JSONValue = [
            "result": .string(failure == nil ? "accept" : "reject"),
            "status": .optional(status),
            "error": failure?.json ?? .null,
            "chain": .strings(accepted?.certificates.map(\.sha256Thumbprint.hexadecimal) ?? []),
            "policies": accepted.map { .strings($0.policies.map(\.description)) } ?? .null,
            "identity": accepted?.leaf.identityJSON ?? .null,
        ]
        return answer.appending([
            "time": .string("\(time)"),
            "validUntil": .optional(verdict.validUntil?.wholeSecond.description),
            "paths": .array(paths.map(\.json)),
            "omittedPaths": .integer(omittedPaths),
        ])
    }

    /// `GOOD`, `REVOKED` or `UNKNOWN` for the whole path; nil if revocation was not checked.
    package var status: String? {
        if let failure {
            switch failure.code {
            case .revoked: return "REVOKED"
            case .revocationUnknown: return "UNKNOWN"
            default: return nil
            }
        }
        let words = accepted?.revocation.map(\.word) ?? []
        if words.contains("UNKNOWN") { return "UNKNOWN" }
        return words.contains("GOOD") ? "GOOD" : nil
    }
}

extension AuthenticationFailure {
    /// `{"code", "depth", "message", "rule"}`
    package var json: JSONValue {
        [
            "code": .string(code.rawValue), "depth": .optional(certificateIndex), "message": .string(message),
            "rule": .optional(rule),
        ]
    }
}

extension Certificate {
    /// `{"subject", "san"}`
    package var identityJSON: JSONValue {
        [
            "subject": .string(subject.rfc4514),
            "san": .array(subjectAlternativeNames.map(\.json)),
        ]
    }
}

extension GeneralName {
    /// `{"type", "value"}`
    package var json: JSONValue { ["type": .string(kind), "value": .string(value)] }
}

extension RevocationStatus {
    /// `GOOD`, `REVOKED`, `UNKNOWN` or `NOT-CHECKED`
    package var word: String {
        switch self {
        case .good: "GOOD"
        case .revoked: "REVOKED"
        case .unknown: "UNKNOWN"
        case .notChecked: "NOT-CHECKED"
        }
    }

    /// `{"status", "detail"}`
    package var json: JSONValue { ["status": .string(word), "detail": .string(description)] }
}

extension ReportedPath {
    fileprivate var json: JSONValue {
        [
            "endsAtAnchor": .bool(attempt.endsAtAnchor),
            "certificates": .array(certificates.indices.map(certificateJSON)),
            "findings": .array(
                attempt.findings.map { finding in
                    [
                        "code": .string(finding.code.rawValue), "depth": .optional(finding.certificateIndex),
                        "message": .string(finding.message), "rule": .optional(finding.rule),
                    ]
                }
            ),
        ]
    }

    private func certificateJSON(_ index: Int) -> JSONValue {
        let certificate = certificates[index]
        return [
            "depth": .integer(index), "role": .string(role(of: index)),
            "subject": .string(certificate.subject.rfc4514), "issuer": .string(certificate.issuer.rfc4514),
            "serial": .string(certificate.serialNumber.hexadecimal),
            "sha256": .string(certificate.sha256Thumbprint.hexadecimal),
            "notBefore": .string("\(certificate.validity.notBefore)"),
            "notAfter": .string("\(certificate.validity.notAfter)"),
            "revocation": statuses.indices.contains(index) ? statuses[index].json : .null,
        ]
    }
}
