// SPDX-License-Identifier: Apache-2.0
// The library's configuration errors in the words of the command line.

package import CertAuth
import CertAuthTLS

/// Names the flags that mend a configuration.
package enum ConfigurationFailure {
    /// The same for what a listener is refused for.
    static func failure(of error: any Error) -> CommandFailure {
        let refused = error as? TLSConfigurationError
        guard case .authorityNamesTooLong(let policy, let count, let bytes, let limit)? = refused else {
            return .usage("\(error)")
        }
        let place = policy == "default" ? "" : " for the clients of \(policy)"
        return .usage(
            "the names of \(count) authorities\(place) have \(bytes) bytes, at most \(limit) can be sent with the request "
                + "for a certificate: no handshake would succeed",
            hint: "give --ca-names none, or --ca-names FILE with the authorities to name"
        )
    }

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
