// SPDX-License-Identifier: Apache-2.0
// The report as text.

import CertAuth

extension VerificationReport {
    /// Returns the lines of the report: the verdict, then each path as a tree with a mark at each certificate.
    package func text(_ palette: Palette) -> [String] {
        var lines = verdictLines(palette)
        let paths = paths
        for (index, path) in paths.enumerated() {
            lines.append("")
            lines.append(title(of: path, number: index + 1, of: paths.count))
            lines += path.lines(palette)
        }
        if omittedPaths > 0 { lines += ["", "\(omittedPaths) more paths were tried and are not shown"] }
        return lines
    }

    private func verdictLines(_ palette: Palette) -> [String] {
        if let accepted {
            let until = accepted.validUntil.map { ", valid until \($0.wholeSecond)" } ?? ""
            let verdict = "\(palette.green("accepted")): \(accepted.leaf), checked for \(time)\(until)"
            guard !accepted.policies.isEmpty else { return [verdict] }
            return [verdict, "  valid for policies \(accepted.policies.map(\.readableName).joined(separator: ", "))"]
        }
        guard let failure else { return [] }
        var lines = ["\(palette.red("refused")): \(palette.bold(failure.code.rawValue)), checked for \(time)"]
        lines.append("  \(failure.message)")
        lines.append("  \(palette.dim("remedy:")) \(failure.code.reference.remedy)")
        return lines
    }

    private func title(of path: ReportedPath, number: Int, of count: Int) -> String {
        let findings = path.attempt.findings.count
        let outcome = findings == 0 ? "valid" : "\(findings) \(findings == 1 ? "finding" : "findings")"
        return "path \(number) of \(count): \(outcome)"
    }
}

extension ReportedPath {
    /// Returns the path as a tree with the trust anchor at the top; findings are numbered within the path.
    fileprivate func lines(_ palette: Palette) -> [String] {
        var nodes = certificates.indices.reversed().map { node(at: $0, palette) }
        if !attempt.endsAtAnchor, let last = certificates.last, !last.isSelfIssued {
            let issuer = DisplayText.escaped(last.issuer.rfc4514)
            nodes.insert(DrawnNode("\(palette.open) \(issuer)  \(palette.dim("not known"))"), at: 0)
        }
        var lines = DrawnNode.chain(Array(nodes))?.lines(margin: "  ") ?? []
        for finding in attempt.findings where finding.certificateIndex == nil {
            lines.append("  \(palette.fail) \(text(finding))")
        }
        return lines
    }

    private func node(at index: Int, _ palette: Palette) -> DrawnNode {
        let certificate = certificates[index]
        let findings = findings(at: index)
        let facts =
            "\(index) \(role(of: index)), \(certificate.publicKey.summary), until \(certificate.validity.notAfter)"
        let mark = findings.isEmpty ? palette.pass : palette.fail
        var notes = findings.map { palette.red(text($0)) }
        if statuses.indices.contains(index) { notes.append("revocation: \(statuses[index].line(palette))") }
        return DrawnNode("\(mark) \(certificate)  \(palette.dim(facts))", notes: notes)
    }

    private func text(_ finding: Finding) -> String {
        let number = attempt.findings.firstIndex(of: finding).map { "[\($0 + 1)] " } ?? ""
        return "\(number)\(finding.code): \(finding.message)\(finding.rule.map { " (\($0))" } ?? "")"
    }
}

extension RevocationStatus {
    fileprivate func line(_ palette: Palette) -> String {
        let text = DisplayText.escaped(description, limit: 1024)
        switch self {
        case .good: return palette.green(text)
        case .revoked: return palette.red(text)
        case .unknown: return palette.yellow(text)
        case .notChecked(let reason): return palette.dim("not checked: \(reason.sentence)")
        }
    }
}

extension RevocationStatus.NotCheckedReason {
    fileprivate var sentence: String {
        switch self {
        case .mode: "not requested (--crl, --revocation)"
        case .flag: "not requested for this certificate"
        case .selfSigned: "a self-signed certificate has no issuer that could revoke it"
        case .anchorWithoutSource: "a trust anchor without a CRL of its own"
        case .noRevocationAvailable: "its issuer publishes no revocation information about it"
        case .shortLived: "its validity period is too short for a revocation check"
        }
    }
}

extension Timestamp {
    /// The time without the fraction of the second.
    var wholeSecond: Timestamp { Timestamp(secondsSince1970: secondsSince1970) }
}
