// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Validates candidate paths with `X509_verify_cert`, each on its own, and returns the result in our terms.
package struct PathValidator: Sendable {
    package init() {}

    /// Validates `path`. It must have passed every check of our own that a waiver depends on.
    ///
    /// - Parameters:
    ///   - verifiedLinks: the indices of certificates whose signature was already verified with the key of the next
    ///     certificate.
    ///   - brokenLink: the index of a certificate whose signature certainly does not verify, while those above it do.
    /// - Returns: the certificate policies that the path is valid for. Every signature of the path verifies.
    /// - Throws: the first condition that OpenSSL reports and no waiver names.
    package func validate(
        _ path: CandidatePath,
        verifiedLinks: Set<Int> = [],
        brokenLink: Int? = nil,
        in context: ValidationContext
    ) throws(Finding) -> [OID] {
        let verification = PathVerification(
            path: path.certificates.map(\.handle),
            time: context.now.secondsSince1970,
            isForClientAuthentication: context.options.validateCertificateUse,
            securityLevel: context.options.securityLevel,
            waived: VerificationWaivers.conditions(on: path, in: context),
            verifiedLinks: verifiedLinks,
            brokenLink: brokenLink,
            hasCheckedValidity: true,
            constraintsWithoutPolicies: path.indicesOfConstraintsWithoutPolicies,
            policies: PolicyInputs(path: path, options: context.options.certificatePolicies)
        )
        let outcome: PathVerification.Outcome
        do throws(OpenSSLError) {
            outcome = try verification.run()
        } catch {
            throw Finding(.internalError, at: nil, "OpenSSL could not verify the path: \(error)")
        }
        switch outcome {
        case .accepted(let policies): return try held(policies, by: path, in: context)
        case .builtAnotherPath:
            throw Finding(.internalError, at: nil, "OpenSSL built another path than the one it was given")
        case .refused(let error): throw OpenSSLFinding(path: path, options: context.options).finding(error)
        }
    }

    private func held(
        _ texts: [String],
        by path: CandidatePath,
        in context: ValidationContext
    ) throws(Finding) -> [OID] {
        let policies = texts.compactMap(OID.init(dotted:))
        let missing = context.options.certificatePolicies.required.subtracting(policies)
        guard missing.isEmpty || policies.contains(.anyPolicy) else {
            let wanted = missing.map(\.description).sorted().joined(separator: ", ")
            let text = "the path is not valid for the required policies \(wanted)"
            throw Finding(.policy, at: nil, text, rule: "RFC 5280 §6.1.5 (g)")
        }
        return policies
    }
}

extension PolicyInputs {
    private static let anyPolicy = ["\(OID.anyPolicy)"]

    /// The caller's policy inputs, restricted by the requirements of the anchor (RFC 5937 §3).
    ///
    /// An anchor's ban on mappings or anyPolicy that starts some certificates below it is not applied here. It applies
    /// if the certificates below repeat it.
    fileprivate init(path: CandidatePath, options: CertificatePolicyOptions) {
        let demands = path.certificates.last.map(AnchorPolicyDemands.init)
        var acceptable = options.acceptable
        if let asserted = demands?.asserted {
            acceptable = acceptable.contains(.anyPolicy) ? asserted : acceptable.intersection(asserted)
        }
        self.init(
            acceptable: acceptable == [.anyPolicy] ? Self.anyPolicy : acceptable.map(\.description).sorted(),
            requiresExplicitPolicy: options.requireExplicitPolicy || !options.required.isEmpty
                || (demands?.requiresExplicitPolicy(on: path) ?? false) || path.requiresPolicyBeyondOpenSSL,
            inhibitsMapping: options.inhibitPolicyMapping || (demands?.inhibitsMapping ?? false),
            inhibitsAnyPolicy: options.inhibitAnyPolicy || (demands?.inhibitsAnyPolicy ?? false)
        )
    }
}
