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
    /// Files of trust anchors that replace the server's.
    package var clientAuthorities: [String] = []
    /// The line in the file of names, from 1; nil for a name in flags.
    package private(set) var line: Int?

    package init(_ name: String) { self.name = name }

    /// Reads the settings of a line of a file of names.
    init(_ name: String, _ values: [(key: String, value: String)], line: Int) throws(NamesFileError) {
        self.init(name)
        self.line = line
        for (key, value) in values {
            let isFirst =
                switch key {
                case "mode": mode == nil
                case "cert": certificate == nil
                case "key": self.key == nil
                case "trust": true
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
            case "cert": certificate = value
            case "key": self.key = value
            default: clientAuthorities.append(value)
            }
        }
        guard (certificate == nil) == (self.key == nil) else {
            let (given, missing) = certificate == nil ? ("key", "cert") : ("cert", "key")
            throw NamesFileError(line: line, "\(given) without \(missing), expected both")
        }
    }

    /// Returns a copy whose relative paths start at `folder`; empty for the working directory.
    func relative(to folder: String) -> ServerNameSettings {
        func whole(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
        var settings = self
        settings.certificate = certificate.map(whole)
        settings.key = key.map(whole)
        settings.clientAuthorities = clientAuthorities.map(whole)
        return settings
    }
}
