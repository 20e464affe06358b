// SPDX-License-Identifier: Apache-2.0

package import CertAuth
import CertAuthTLS

/// Translates the library's configuration errors into messages that name command-line flags.
package enum ConfigurationFailure {
    /// Returns the failure for an error from creating a listener.
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
