// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// A flag of `certauth serve` that may also be set by a file or by the environment.
package struct ServeFlag: Sendable {
    /// What a flag takes.
    package enum Kind: Sendable {
        case text, number, list
        /// A flag without a value.
        case flag
    }

    /// The name without dashes.
    package let name: String
    package let kind: Kind
    /// The value if the flag is not given, where giving it has the same effect; nil if there is none.
    let standard: JSONSettings.Value?
    /// Whether a change needs a restart.
    package let needsRestart: Bool

    /// The name of the environment variable.
    package var variable: String { "CERTAUTH_" + name.uppercased().replacing("-", with: "_") }

    private init(_ name: String, _ kind: Kind, _ standard: JSONSettings.Value? = nil, restart: Bool = false) {
        self.name = name
        self.kind = kind
        self.standard = standard
        needsRestart = restart
    }

    /// The flags that cannot be set elsewhere: passwords are secrets, and the others say what the command does.
    package static let onlyOnCommandLine: Set<String> = [
        "key-password", "config", "print-config", "check", "json", "help", "version",
    ]

    /// All other flags, in the order of `--print-config`.
    package static let all: [ServeFlag] = [
        ServeFlag("listen", .list, .list(["127.0.0.1:8443"]), restart: true),
        ServeFlag("listen-mode", .text, restart: true), ServeFlag("listen-owner", .text, restart: true),
        ServeFlag("plain", .flag, restart: true),
        ServeFlag("cert", .list), ServeFlag("key", .list), ServeFlag("staple", .list),
        ServeFlag("key-password-file", .text),
        ServeFlag("client-ca", .list), ServeFlag("intermediate", .list), ServeFlag("ca-names", .text, .text("all")),
        ServeFlag("mode", .text), ServeFlag("sni", .list), ServeFlag("sni-cert", .list), ServeFlag("sni-trust", .list),
        ServeFlag("names", .text), ServeFlag("insecurely-looser-default", .flag),
        ServeFlag("types", .text, .text("chained")), ServeFlag("pin", .list),
        ServeFlag("constrain-common-names", .flag),
        ServeFlag("revocation", .text, .text("online"), restart: true), ServeFlag("crl", .list),
        ServeFlag("evidence-folder", .text, restart: true),
        ServeFlag("unknown-revocation", .text, .text("deny")),
        ServeFlag("revocation-order", .text, .text("crl-first")),
        ServeFlag("allow-fetch-host", .list, restart: true),
        ServeFlag("cache", .number), ServeFlag("cache-seconds", .number),
        ServeFlag("tls-min", .text, .text("1.2")), ServeFlag("verify", .text, .text("request")),
        ServeFlag("tickets", .text, .text("off")), ServeFlag("ticket-key", .text),
        ServeFlag("session-cache", .number, restart: true),
        ServeFlag("http2", .flag, restart: true), ServeFlag("certificate-host", .text, restart: true),
        ServeFlag("forwarded", .list), ServeFlag("scheme-header", .text), ServeFlag("trusted-proxy", .list),
        ServeFlag("trusted-proxy-cert", .text), ServeFlag("proxy-protocol", .list),
        ServeFlag("expose-details", .flag, restart: true),
        ServeFlag("connections", .number, .number("1000"), restart: true),
        ServeFlag("handshake-timeout", .number, .number("60")), ServeFlag("late-timeout", .number, .number("60")),
        ServeFlag("header-timeout", .number, .number("10"), restart: true),
        ServeFlag("body-timeout", .number, .number("30"), restart: true),
        ServeFlag("response-timeout", .number, .number("60"), restart: true),
        ServeFlag("idle-timeout", .number, .number("60"), restart: true),
        ServeFlag("shutdown-timeout", .number, .number("10"), restart: true),
        ServeFlag("header-bytes", .number, .number("16384"), restart: true),
        ServeFlag("body-bytes", .number, .number("1048576"), restart: true),
        ServeFlag("log-format", .text, .text("text"), restart: true),
        ServeFlag("log-level", .text, .text("info"), restart: true), ServeFlag("watch", .flag, restart: true),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The flag of a name.
    package static func named(_ name: String) -> ServeFlag? { byName[name] }
}
