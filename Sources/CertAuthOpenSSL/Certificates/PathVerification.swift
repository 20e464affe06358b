// SPDX-License-Identifier: Apache-2.0

/// The inputs of one verification: a single candidate path and the strictness of the checks.
package struct PathVerification: Sendable {
    /// Conditions that OpenSSL reports and that the caller has checked by its own rule.
    package enum Waiver: Sendable, Hashable {
        /// `X509_V_ERR_CERT_HAS_EXPIRED`.
        case expired
        /// `X509_V_ERR_CERT_NOT_YET_VALID`.
        case notYetValid
        /// `X509_V_ERR_INVALID_PURPOSE`.
        case purpose
        /// The errors about name constraints.
        case nameConstraints
    }

    /// A waiver for one certificate of the path.
    package struct WaivedCondition: Sendable, Hashable {
        package let waiver: Waiver
        package let depth: Int

        package init(_ waiver: Waiver, depth: Int) {
            self.waiver = waiver
            self.depth = depth
        }
    }

    /// Leaf first, anchor last.
    package var path: [X509Certificate]
    /// Seconds since 1970.
    package var time: Int64
    /// Requires `X509_PURPOSE_SSL_CLIENT`.
    package var isForClientAuthentication: Bool
    /// 0 to 5. Below 1 OpenSSL checks neither keys nor signature algorithms.
    package var securityLevel: Int
    package var waived: Set<WaivedCondition>
    /// The depths of certificates whose signature was already verified with the key of the next one. Plain verification
    /// ignores it.
    package var verifiedLinks: Set<Int>
    /// The depth of a certificate whose signature is wrong, whichever library context verifies it. Every link
    /// above it must be in `verifiedLinks`. Nil if the caller knows of none. Plain verification ignores it.
    package var brokenLink: Int?
    /// Whether the caller has checked, or waives, the validity periods of the path. Tuned verification then checks them
    /// again only before a refusal. If false, tuned verification is the same as plain.
    package var hasCheckedValidity: Bool
    /// The depths of certificates whose policyConstraints OpenSSL must not read, because it would not free them: those
    /// without certificatePolicies, or with a policy twice. `policies` must contain what follows from them.
    package var constraintsWithoutPolicies: Set<Int>
    package var policies: PolicyInputs

    package init(
        path: [X509Certificate],
        time: Int64,
        isForClientAuthentication: Bool,
        securityLevel: Int,
        waived: Set<WaivedCondition>,
        verifiedLinks: Set<Int> = [],
        brokenLink: Int? = nil,
        hasCheckedValidity: Bool = false,
        constraintsWithoutPolicies: Set<Int> = [],
        policies: PolicyInputs
    ) {
        self.path = path
        self.time = time
        self.isForClientAuthentication = isForClientAuthentication
        self.securityLevel = securityLevel
        self.waived = waived
        self.verifiedLinks = verifiedLinks
        self.brokenLink = brokenLink
        self.hasCheckedValidity = hasCheckedValidity
        self.constraintsWithoutPolicies = constraintsWithoutPolicies
        self.policies = policies
    }

    /// The result of OpenSSL.
    package enum Outcome: Sendable, Equatable {
        /// It built exactly the offered path and accepted it. The valid policies are in dotted form.
        case accepted(policies: [String])
        /// It accepted another path than the offered one.
        case builtAnotherPath
        /// The first condition that was not waived.
        case refused(VerifyError)
    }

    /// Verifies the path, tuned or plain. Corresponds to `X509_verify_cert`.
    ///
    /// - Throws: `OpenSSLError` if OpenSSL could not start the verification, for instance when out of memory.
    package func run() throws(OpenSSLError) -> Outcome { try Tuning.verification.verify(self) }
}
