// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthTLS

/// The settings of one server name.
package struct ServerNameSettings: Sendable, Equatable {
    package let name: String
    /// Nil for the server's general mode.
    package var mode: ClientCertificateMode?
    package var certificate: String?
    package var key: String?
    /// The files of further identities, each with a key of another kind.
    package var additionalIdentities: [IdentityFiles] = []
    /// Files of trust anchors that replace the server's.
    package var clientAuthorities: [String] = []
    /// The line in the file of names, from 1; nil for a name in flags.
    package private(set) var line: Int?

    package init(_ name: String) { self.name = name }

    /// Reads the settings of a line of a file of names.
    init(_ name: String, _ values: [(key: String, value: String)], line: Int) throws(NamesFileError) {
        self.init(name)
        self.line = line
        var certificates: [String] = []
        var keys: [String] = []
        for (key, value) in values {
            let isFirst =
                switch key {
                case "mode": mode == nil
                case "cert", "key", "trust": true
                default:
                    throw NamesFileError(
                        line: line,
                        "'\(DisplayText.escaped(key))' is not a setting, expected mode, cert, key or trust",
                        hint: NamesFile.format
                    )
                }
            guard isFirst else { throw NamesFileError(line: line, "\(key) is given twice, expected it once") }
            guard !value.isEmpty else {
                throw NamesFileError(line: line, "\(key) has no value", hint: NamesFile.format)
            }
            switch key {
            case "mode":
                guard let mode = ClientCertificateMode(rawValue: value) else {
                    throw NamesFileError(
                        line: line,
                        "mode=\(DisplayText.escaped(value)): no such mode, expected none, allow, require or delayed"
                    )
                }
                self.mode = mode
            case "cert": certificates.append(value)
            case "key": keys.append(value)
            default: clientAuthorities.append(value)
            }
        }
        guard certificates.isEmpty == keys.isEmpty else {
            let (given, missing) = certificates.isEmpty ? ("key", "cert") : ("cert", "key")
            throw NamesFileError(line: line, "\(given) without \(missing), expected both")
        }
        guard certificates.count == keys.count else {
            throw NamesFileError(
                line: line,
                "\(certificates.count) cert and \(keys.count) key, expected one key for each cert"
            )
        }
        let pairs = zip(certificates, keys).map { IdentityFiles(certificate: $0, key: $1) }
        certificate = pairs.first?.certificate
        key = pairs.first?.key
        additionalIdentities = Array(pairs.dropFirst())
    }

    /// Returns a copy whose relative paths start at `folder`; empty for the working directory.
    func relative(to folder: String) -> ServerNameSettings {
        func whole(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
        var settings = self
        settings.certificate = certificate.map(whole)
        settings.key = key.map(whole)
        settings.additionalIdentities = additionalIdentities.map {
            IdentityFiles(certificate: whole($0.certificate), key: whole($0.key))
        }
        settings.clientAuthorities = clientAuthorities.map(whole)
        return settings
    }
}
