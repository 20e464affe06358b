// SPDX-License-Identifier: Apache-2.0
// The report as text.

import CertAuth

extension InspectionReport {
    /// Returns the lines of the report.
    package func text(_ palette: Palette) -> [String] {
        var lines: [String] = []
        for file in files {
            for (index, object) in file.objects.enumerated() {
                if !lines.isEmpty { lines.append("") }
                let path = DisplayText.escaped(file.path, limit: 1024)
                let place = file.objects.count == 1 ? path : "\(path) [\(index)]"
                lines += self.lines(object, place: place, palette)
            }
        }
        guard !forest.certificates.isEmpty else { return lines }
        lines += ["", palette.bold("chain")]
        for tree in forest.trees({ treeText($0, palette) }) { lines += tree.lines(margin: "  ") }
        return lines
    }

    private func lines(_ object: InspectedObject, place: String, _ palette: Palette) -> [String] {
        switch object {
        case .certificate(let certificate):
            return ["\(palette.bold("\(place)")): certificate"] + lines(certificate, palette)
        case .revocationList(let list): return ["\(palette.bold("\(place)")): CRL"] + lines(list, palette)
        case .privateKey(let how, let key):
            let lines = ["\(palette.bold("\(place)")): private key (\(how)), not shown"]
            guard let key else { return lines }
            return lines + self.lines([("key", key.summary), ("spki sha256", key.sha256)], palette)
        case .details(let details):
            return ["\(palette.bold("\(place)")): \(details.title)"] + lines(details.fields, palette)
        case .other(let label): return ["\(palette.bold("\(place)")): \(label), not read"]
        case .malformed(let kind, let reason):
            return ["\(palette.bold("\(place)")): \(palette.red("malformed")) \(kind): \(reason)"]
        }
    }

    /// Names and values, escaped.
    private func lines(_ fields: [(String, String)], _ palette: Palette) -> [String] {
        var table = TextTable()
        for (name, value) in fields {
            table.add([.init(DisplayText.escaped(name), palette.dim), .init(DisplayText.escaped(value, limit: 1024))])
        }
        return table.lines(indentation: 2)
    }

    private func lines(_ certificate: Certificate, _ palette: Palette) -> [String] {
        var table = TextTable()
        for (name, value) in certificate.fields { table.add([.init(name, palette.dim), .init(value)]) }
        var lines = table.lines(indentation: 2)
        if !certificate.extensions.isEmpty {
            lines.append("  \(palette.dim("extensions"))")
            var extensions = TextTable()
            for entry in certificate.extensions {
                for (index, text) in certificate.text(of: entry).enumerated() {
                    let name = index == 0 ? entry.identifier.readableName : ""
                    let flag = index == 0 && entry.isCritical ? "critical" : ""
                    extensions.add([.init(name), .init(flag, palette.yellow), .init(text)])
                }
            }
            lines += extensions.lines(indentation: 4)
        }
        return lines + warnings(certificate).map { "  \(palette.yellow("warning:")) \($0)" }
    }

    private func lines(_ list: CertificateRevocationList, _ palette: Palette) -> [String] {
        var table = TextTable()
        for (name, value) in list.fields { table.add([.init(name, palette.dim), .init(value)]) }
        var lines = table.lines(indentation: 2)
        for (serialNumber, entry) in list.listedEntries.prefix(Self.entriesShown) {
            let reason = entry.reason.map { ", reason \(RevocationReason.name(of: $0))" } ?? ""
            lines.append("    \(serialNumber)  revoked at \(entry.revocationDate)\(reason)")
        }
        if list.count > Self.entriesShown {
            lines.append("    and \(list.count - Self.entriesShown) more")
        }
        return lines + warnings(list).map { "  \(palette.yellow("warning:")) \($0)" }
    }

    private func treeText(_ certificate: Certificate, _ palette: Palette) -> String {
        let warnings = warnings(certificate).count
        let mark = warnings == 0 ? palette.pass : palette.yellow("!")
        var facts = certificate.publicKey.summary
        if certificate.isSelfSigned { facts += ", self-signed" }
        if certificate.isCertificateAuthority { facts += ", CA" }
        if forest.issuers[forest.certificates.firstIndex(of: certificate) ?? 0] == nil, !certificate.isSelfSigned {
            facts += ", issuer \(DisplayText.escaped(certificate.issuer.rfc4514)) not given"
        }
        return "\(mark) \(certificate)  \(palette.dim(facts))"
    }

    /// The maximum number of CRL entries in the text; the JSON contains all.
    private static let entriesShown = 20
}

extension Certificate {
    /// The fields with their names, safe to print.
    fileprivate var fields: [(String, String)] {
        [
            ("subject", DisplayText.escaped(subject.rfc4514, limit: 1024)),
            ("issuer", DisplayText.escaped(issuer.rfc4514, limit: 1024)),
            ("serial", serialNumber.hexadecimal),
            ("valid", "\(validity.notBefore) to \(validity.notAfter)"),
            ("key", publicKey.summary),
            ("signature", signatureAlgorithm.algorithm.readableName),
            ("version", "\(version)"),
            ("sha256", sha256Thumbprint.hexadecimal),
            ("sha1", thumbprint(.sha1)?.hexadecimal ?? "not available"),
            ("spki sha256", publicKeyHash()?.hexadecimal ?? "not available"),
        ]
    }
}

extension CertificateRevocationList {
    /// The fields with their names, safe to print.
    fileprivate var fields: [(String, String)] {
        var fields = [
            ("issuer", DisplayText.escaped(issuer.rfc4514, limit: 1024)), ("thisUpdate", "\(thisUpdate)"),
            ("nextUpdate", nextUpdate.map { "\($0)" } ?? "none"), ("sha256", fingerprint.hexadecimal),
        ]
        for entry in extensions {
            let flag = entry.isCritical ? "critical, " : ""
            let value = DisplayText.escaped(text(of: entry))
            fields.append((entry.identifier.readableName, "\(flag)\(value)"))
        }
        fields.append(("entries", "\(count)"))
        return fields
    }
}
