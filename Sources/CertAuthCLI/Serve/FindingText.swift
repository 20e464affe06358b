// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Translates the library's findings into messages that name command-line flags.
package enum FindingText {
    /// The findings that the user of `certauth serve` can act on, with flags instead of Swift properties.
    package static func translated(_ findings: [ConfigurationFinding]) -> [ConfigurationFinding] {
        findings.compactMap { finding in
            message(finding.message, code: finding.code).map {
                ConfigurationFinding(finding.code, finding.severity, $0).at(finding.place)
            }
        }
    }

    /// Translates one message.
    ///
    /// - Returns: Nil if the user cannot act on the finding.
    package static func message(_ text: String, code: String) -> String? {
        // The routes of `certauth serve` are fixed: each states whether it needs a client.
        guard code != "allow-mode-without-authorization" else { return nil }
        return phrases[code].map { replace($0.library, by: $0.flags, in: text) } ?? text
    }

    private static let phrases: [String: (library: String, flags: String)] = [
        "no-revocation": ("revocationMode is noCheck", "--revocation is none"),
        "soft-revocation": ("unknownRevocation is allow", "--unknown-revocation is allow"),
        "revocation-without-evidence": (
            "there is neither evidence nor a gatherer: every client is refused with revocation-unknown until"
                + " revocationEvidence is set",
            "--revocation offline fetches nothing and there is no --crl: every client is refused with"
                + " revocation-unknown; give --crl, or --revocation online"
        ),
        "details-exposed": ("exposesFailureDetails is true", "--expose-details is given"),
        "looser-default": (
            "clients without a known", "--insecurely-looser-default is given: clients without a known"
        ),
        "authority-names-omitted": ("choose the names with authorityHints", "choose the names with --ca-names"),
        "server-name-not-covered": (
            "give the name an identity of its own", "give the name its own certificate with --sni-cert NAME=CERT,KEY"
        ),
        "certificate-name-not-served": (
            "only names with a policy are served; add a policy for it, or serve unnamed clients",
            "only the names of --sni, --sni-cert, --sni-trust and --names are served; add --sni NAME=MODE for it, or"
                + " --mode MODE for all other names"
        ),
        "must-staple-without-response": ("in stapledOCSPResponse", "with --staple"),
        "anchor-not-authority": (
            "give the certificate of the CA that issues to clients",
            "give --client-ca the certificate of the CA that issues to clients"
        ),
        "crl-of-another-authority": ("or of a configured intermediate", "or of an --intermediate"),
    ]

    private static func replace(_ phrase: String, by other: String, in text: String) -> String {
        var characters = text[...]
        while !characters.isEmpty {
            if characters.hasPrefix(phrase) {
                return "\(text[..<characters.startIndex])\(other)\(characters.dropFirst(phrase.count))"
            }
            characters = characters.dropFirst()
        }
        return text
    }
}
