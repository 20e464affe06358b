// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS

/// The checks of names before they are written into a certificate: a name that no peer would accept is refused.
package enum PKINames {
    /// Throws unless the text has 1 to 64 characters (RFC 5280 appendix A.1, ub-common-name), all printable.
    static func checkCommonName(_ text: String) throws(CommandFailure) {
        guard (1...64).contains(text.unicodeScalars.count) else {
            throw .usage(
                "the common name has \(text.unicodeScalars.count) characters, expected 1 to 64",
                hint: "give --common-name, or put longer names into --dns, --uri or --email"
            )
        }
        try checkPrintable(text, "the common name")
    }

    /// Throws unless the text is a host name, or `*.` and a domain.
    static func checkHost(_ text: String) throws(CommandFailure) {
        let shown = "--dns \(DisplayText.escaped(text))"
        guard IPAddress(text) == nil else { throw .usage("\(shown) is an address", hint: "give --ip \(text)") }
        guard !text.contains("://") else { throw .usage("\(shown) is a URL, expected only its host") }
        let name = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
        let isUsable =
            HostPattern(text) != nil && !text.hasSuffix(".") && !(text.hasPrefix("*.") && !name.contains("."))
        guard isUsable else {
            throw .usage(
                "\(shown) is not a host name: no client would accept it",
                hint: "for instance www.example.com, or *.example.com for one label in place of the asterisk"
            )
        }
    }

    /// Throws unless the text has the form `local@domain`.
    static func checkMailbox(_ text: String, flag: String) throws(CommandFailure) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            flag != "--email" || HostPattern(String(parts[1])) != nil
        else {
            throw .usage("\(flag) \(DisplayText.escaped(text)) has not the form name@domain")
        }
        try checkPrintable(text, flag)
    }

    /// Throws unless the text begins with a scheme and has something after it (RFC 5280 section 4.2.1.6).
    static func checkURI(_ text: String) throws(CommandFailure) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let isScheme =
            parts[0].utf8.first?.isASCIILetter == true
            && parts[0].utf8.allSatisfy { $0.isASCIIAlphanumeric || "+-.".utf8.contains($0) }
        guard parts.count == 2, isScheme, !parts[1].isEmpty else {
            throw .usage(
                "--uri \(DisplayText.escaped(text)) has no scheme, expected an absolute URI",
                hint: "for instance spiffe://example.com/alice"
            )
        }
    }

    private static func checkPrintable(_ text: String, _ what: String) throws(CommandFailure) {
        guard text == DisplayText.escaped(text, limit: 4096) else {
            throw .usage("\(what) \(DisplayText.escaped(text)) contains characters that cannot be shown")
        }
    }
}
