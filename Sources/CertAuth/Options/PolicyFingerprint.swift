// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The identity of a policy: SHA-256 over a versioned encoding of every option that can affect a verdict.
///
/// Two policies that could reach different verdicts have different fingerprints. Cache entries and TLS sessions are
/// bound to it.
package struct PolicyFingerprint: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes of the digest.
    package let bytes: [UInt8]

    /// The digest in lower-case hexadecimal digits.
    package var description: String { Hexadecimal.text(bytes) }

    package init(options: CertificateAuthenticationOptions, anchors: TrustStore?) throws(ConfigurationError) {
        let encoding = Self.encoding(options, anchors: anchors)
        do throws(OpenSSLError) {
            bytes = try DigestAlgorithm.sha256.digest(encoding.bytes)
        } catch {
            throw .digestUnavailable("\(error)")
        }
    }

    private static func encoding(
        _ options: CertificateAuthenticationOptions,
        anchors: TrustStore?
    ) -> CanonicalEncoding {
        var encoding = CanonicalEncoding(domain: "CertAuth policy 1")
        encoding.append("schemeName", options.schemeName)
        encoding.append("trust", list: anchors.map { [$0.fingerprint.bytes] } ?? [])
        encoding.append("allowedCertificateTypes", options.allowedCertificateTypes.rawValue)
        encoding.append("selfSignedPins", list: sorted(options.selfSignedPins.map(encoded)))
        encoding.append("insecurelyAcceptAnySelfSigned", options.insecurelyAcceptAnySelfSigned)
        let additional = options.additionalChainCertificates.map(\.sha256Thumbprint.bytes)
        encoding.append("additionalChainCertificates", list: sorted(additional))
        encoding.append("validateCertificateUse", options.validateCertificateUse)
        encoding.append("requiredExtendedKeyUsages", list: sorted(options.requiredExtendedKeyUsages.map(\.contents)))
        encoding.append("requiresExtendedKeyUsage", options.requiresExtendedKeyUsage)
        encoding.append("requiredKeyUsage", Int(options.requiredKeyUsage.rawValue))
        encoding.append("validateValidityPeriod", options.validateValidityPeriod)
        encoding.append("profile", options.profile.rawValue)
        encoding.append("constrainsCommonNames", options.constrainsCommonNames)
        append(options.certificatePolicies, to: &encoding)
        encoding.append("allowsAuthorityAsClient", options.allowsAuthorityAsClient)
        encoding.append("revocationMode", options.revocationMode.rawValue)
        encoding.append("revocationFlag", options.revocationFlag.rawValue)
        encoding.append("unknownRevocation", options.unknownRevocation.rawValue)
        append(options.revocation, to: &encoding)
        encoding.append("claimsIssuer", optional: options.claimsIssuer)
        encoding.append("hookReuse", options.hookReuse.rawValue)
        encoding.append("policyIdentifier", optional: options.policyIdentifier)
        encoding.append("securityLevel", options.securityLevel)
        append(options.limits, to: &encoding)
        return encoding
    }

    private static func append(_ limits: ValidationLimits, to encoding: inout CanonicalEncoding) {
        encoding.append("presentedCertificates", limits.presentedCertificates)
        encoding.append("certificateBytes", limits.certificateBytes)
        encoding.append("chainBytes", limits.chainBytes)
        encoding.append("presentedValues", limits.presentedValues)
        encoding.append("additionalCertificates", limits.additionalCertificates)
        encoding.append("signatureChecks", limits.signatureChecks)
        encoding.append("nameComparisons", limits.nameComparisons)
        encoding.append("pathSteps", limits.pathSteps)
        encoding.append("intermediates", limits.intermediates)
        encoding.append("smallestRSABits", limits.smallestRSABits)
        encoding.append("largestRSABits", limits.largestRSABits)
    }

    private static func append(_ revocation: RevocationOptions, to encoding: inout CanonicalEncoding) {
        encoding.append("revocationSourceOrder", revocation.sourceOrder.rawValue)
        encoding.append("revocationMaximumAge", optional: revocation.maximumAge.map { String($0.wholeSeconds) })
        encoding.append("revocationClockSkew", String(revocation.clockSkew.wholeSeconds))
        encoding.append("revocationResponseLifetime", String(revocation.responseLifetime.wholeSeconds))
        let answers = revocation.unknownAnswers.map { kind, answer in
            let text =
                switch answer {
                case .deny: "deny"
                case .allow: "allow"
                case .allowWhileFresh(let duration): "allow \(duration.wholeSeconds)"
                }
            return Array("\(kind.rawValue) \(text)".utf8)
        }
        encoding.append("revocationUnknownAnswers", list: sorted(answers))
        encoding.append("acceptsNoRevocationAvailable", revocation.acceptsNoRevocationAvailable)
        encoding.append(
            "shortLivedValidity",
            optional: revocation.shortLivedValidity.map { String($0.wholeSeconds) }
        )
        encoding.append("pinnedResponders", list: sorted(revocation.pinnedResponders.map(\.sha256Thumbprint.bytes)))
        encoding.append("responderRevocation", revocation.responderRevocation.rawValue)
        encoding.append("responderCertificates", revocation.responderCertificates)
    }

    private static func append(_ policies: CertificatePolicyOptions, to encoding: inout CanonicalEncoding) {
        encoding.append("acceptablePolicies", list: sorted(policies.acceptable.map(\.contents)))
        encoding.append("requiredPolicies", list: sorted(policies.required.map(\.contents)))
        encoding.append("requireExplicitPolicy", policies.requireExplicitPolicy)
        encoding.append("inhibitPolicyMapping", policies.inhibitPolicyMapping)
        encoding.append("inhibitAnyPolicy", policies.inhibitAnyPolicy)
    }

    private static func encoded(_ pin: CertificatePin) -> [UInt8] {
        let kind: UInt8 = if case .certificate = pin { 0 } else { 1 }
        return [kind] + pin.thumbprint.bytes
    }

    private static func sorted(_ values: [[UInt8]]) -> [[UInt8]] {
        values.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
