// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthTLS

/// The names in `--sni`, `--sni-cert` and `--sni-trust`, in order of first appearance.
package struct ServerNameArguments {
    package private(set) var names: [ServerNameSettings] = []
    /// The mode of `--sni '*=MODE'`, for all other names.
    package private(set) var othersMode: ClientCertificateMode?
    /// The positions in `names`.
    private var positions: [Spelling: Int] = [:]

    /// A name as it was given.
    private struct Spelling: Hashable {
        let text: String

        static func == (left: Spelling, right: Spelling) -> Bool {
            VisitCounter.add(1)
            return left.text == right.text
        }
    }

    package init(modes: [String], identities: [String], trusts: [String]) throws(CommandFailure) {
        for text in modes {
            let (name, value) = try Self.parts(text, of: "--sni", expected: "NAME=MODE")
            guard let mode = ClientCertificateMode(rawValue: value) else {
                throw .usage(
                    "--sni \(UsageError.shown(text)): no such mode",
                    hint: "choose none, allow, require or delayed"
                )
            }
            let isNew = name == "*" ? othersMode == nil : settings(of: name)?.mode == nil
            guard isNew else {
                throw .usage("--sni \(UsageError.shown(name)) is given twice", hint: "leave one of them out")
            }
            if name == "*" { othersMode = mode } else { change(name) { $0.mode = mode } }
        }
        for text in identities {
            let (name, value) = try Self.parts(text, of: "--sni-cert", expected: "NAME=CERT,KEY")
            let files = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard files.count == 2, files.allSatisfy({ !$0.isEmpty }) else {
                throw .usage("--sni-cert \(UsageError.shown(text)): expected NAME=CERT,KEY")
            }
            change(name) {
                if $0.certificate == nil {
                    $0.certificate = files[0]
                    $0.key = files[1]
                } else {
                    $0.additionalIdentities.append(IdentityFiles(certificate: files[0], key: files[1]))
                }
            }
        }
        for text in trusts {
            let (name, file) = try Self.parts(text, of: "--sni-trust", expected: "NAME=F")
            change(name) { $0.clientAuthorities.append(file) }
        }
        for name in names.map(\.name) where Self.isAddress(name) {
            throw .usage(
                "\(DisplayText.escaped(name)) is an address, expected a host name: clients send no server name for an address",
                hint: "see --sni, --sni-cert and --sni-trust"
            )
        }
        guard names.allSatisfy({ $0.name != "*" }) else {
            throw .usage(
                "--sni-cert and --sni-trust need a name",
                hint: "--cert and --client-ca are for all other names"
            )
        }
    }

    private static func isAddress(_ name: String) -> Bool {
        let isBracketed = name.hasPrefix("[") && name.hasSuffix("]")
        return IPAddress(isBracketed ? String(name.dropFirst().dropLast()) : name) != nil
    }

    private func settings(of name: String) -> ServerNameSettings? {
        positions[Spelling(text: name)].map { names[$0] }
    }

    private mutating func change(_ name: String, _ change: (inout ServerNameSettings) -> Void) {
        if let position = positions[Spelling(text: name)] {
            change(&names[position])
        } else {
            positions[Spelling(text: name)] = names.count
            var settings = ServerNameSettings(name)
            change(&settings)
            names.append(settings)
        }
    }

    private static func parts(
        _ text: String,
        of flag: String,
        expected: String
    ) throws(CommandFailure) -> (name: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw .usage("\(flag) \(UsageError.shown(text)): expected \(expected)") }
        return (parts[0], parts[1])
    }
}
