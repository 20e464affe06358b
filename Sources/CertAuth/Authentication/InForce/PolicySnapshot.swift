// SPDX-License-Identifier: Apache-2.0

/// Options with their resolved trust. One validation uses the same snapshot throughout.
///
/// This is a class, because copying the options for each validation would retain every reference in them.
final class PolicySnapshot: Sendable {
    let engine: ValidationEngine
    let fingerprint: PolicyFingerprint

    init(options: CertificateAuthenticationOptions, trust: TrustStore?) throws(ConfigurationError) {
        engine = ValidationEngine(options: options, trust: trust)
        fingerprint = try PolicyFingerprint(options: options, anchors: trust)
    }
}
