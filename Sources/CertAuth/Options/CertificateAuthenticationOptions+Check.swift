// SPDX-License-Identifier: Apache-2.0

extension CertificateAuthenticationOptions {
    /// Throws if the options contradict each other or are out of range.
    package func check() throws(ConfigurationError) {
        guard !schemeName.isEmpty else { throw .emptySchemeName }
        try checkTypes()
        try checkLimits()
        try revocation.check()
        guard additionalChainCertificates.count <= limits.additionalCertificates else {
            throw .tooManyAdditionalCertificates(
                count: additionalChainCertificates.count,
                limit: limits.additionalCertificates
            )
        }
        guard hookDeadline > .zero else { throw .invalidHookDeadline }
        if hookReuse == .cached && policyIdentifier == nil { throw .cachedHooksWithoutPolicyIdentifier }
    }

    private func checkTypes() throws(ConfigurationError) {
        if allowedCertificateTypes.contains(.selfSigned) {
            if insecurelyAcceptAnySelfSigned {
                guard selfSignedPins.isEmpty else { throw .pinsBesideAnySelfSigned }
            } else {
                guard !selfSignedPins.isEmpty else { throw .selfSignedWithoutPins }
            }
        } else {
            guard selfSignedPins.isEmpty, !insecurelyAcceptAnySelfSigned else { throw .pinsWithoutSelfSigned }
        }
        if let weak = selfSignedPins.first(where: { $0.thumbprint.algorithm == .sha1 }) {
            throw .weakPin(weak.thumbprint.hexadecimal)
        }
        let isNothingTrusted = if case .noAnchors = trust { true } else { false }
        if allowedCertificateTypes.contains(.chained) {
            guard !isNothingTrusted else { throw .chainedWithoutAnchors }
        } else {
            guard isNothingTrusted else { throw .anchorsWithoutChained }
        }
    }

    private func checkLimits() throws(ConfigurationError) {
        let positive = [
            ("presentedCertificates", limits.presentedCertificates), ("certificateBytes", limits.certificateBytes),
            ("chainBytes", limits.chainBytes), ("presentedValues", limits.presentedValues),
            ("signatureChecks", limits.signatureChecks),
            ("nameComparisons", limits.nameComparisons), ("pathSteps", limits.pathSteps),
        ]
        for (name, value) in positive where value < 1 { throw .invalidLimit(name: name, expected: "at least 1") }
        guard limits.additionalCertificates >= 0 else {
            throw .invalidLimit(name: "additionalCertificates", expected: "at least 0")
        }
        // OpenSSL itself refuses paths deeper than 100, so a higher limit would have no effect.
        guard (0...90).contains(limits.intermediates) else {
            throw .invalidLimit(name: "intermediates", expected: "0 to 90")
        }
        guard limits.smallestRSABits >= 1024, limits.smallestRSABits <= limits.largestRSABits else {
            throw .invalidLimit(name: "smallestRSABits", expected: "1024 to largestRSABits")
        }
        guard limits.largestRSABits <= 16_384 else {
            throw .invalidLimit(name: "largestRSABits", expected: "at most 16384")
        }
    }
}

extension RevocationOptions {
    /// Throws if a number is out of range.
    func check() throws(ConfigurationError) {
        let ages = [("maximumAge", maximumAge), ("shortLivedValidity", shortLivedValidity)]
        for case (let name, let value?) in ages where value < .seconds(1) {
            throw .invalidRevocationOption(name: name, expected: "at least 1 second")
        }
        guard responderCertificates >= 1 else {
            throw .invalidRevocationOption(name: "responderCertificates", expected: "at least 1")
        }
        for (name, value) in [("clockSkew", clockSkew), ("responseLifetime", responseLifetime)]
        where !(.zero ... .seconds(86_400)).contains(value) {
            throw .invalidRevocationOption(name: name, expected: "0 to 86400 seconds")
        }
        for case .allowWhileFresh(let duration) in unknownAnswers.values where duration < .seconds(1) {
            throw .invalidRevocationOption(name: "unknownAnswers", expected: "allowWhileFresh of at least 1 second")
        }
    }
}
