// SPDX-License-Identifier: Apache-2.0
// The library's configuration errors in the words of the command line.

package import CertAuth

/// Names the flags that mend a configuration.
package enum ConfigurationFailure {
    package static func failure(_ error: ConfigurationError) -> CommandFailure {
        switch error {
        case .unsupportedOpenSSL, .digestUnavailable: CommandFailure(.internalError, "\(error)")
        case .selfSignedWithoutPins:
            .usage("self-signed certificates are allowed, but none is named", hint: "give --pin SHA256HEX for each")
        case .pinsWithoutSelfSigned:
            .usage("--pin names self-signed certificates, but --types is chained", hint: "give --types all")
        case .invalidLimit(name: "intermediates", let expected):
            .usage("--max-intermediates is out of range, expected \(expected)")
        default: .usage("\(error)")
        }
    }
}
