// SPDX-License-Identifier: Apache-2.0
// What a verification of one candidate path is given, and what it answers.

/// The inputs of one verification: a path, offered alone, and how strictly to look at it.
package struct PathVerification: Sendable {
    /// Conditions that OpenSSL reports and the caller has checked by its own rule.
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

    /// A waiver holds for one certificate of the path alone.
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
    /// Demands `X509_PURPOSE_SSL_CLIENT`.
    package var isForClientAuthentication: Bool
    /// 0 to 5; below 1 OpenSSL looks at neither keys nor signature algorithms.
    package var securityLevel: Int
    package var waived: Set<WaivedCondition>
    /// The depths of certificates whose signature the next one's key has verified before. Plain verification ignores it.
    package var verifiedLinks: Set<Int>
    /// The depth of a certificate whose signature the next one's key can't verify in any library context; every link above
    /// it must be among `verifiedLinks`. Nil where the caller knows of none. Plain verification ignores it.
    package var brokenLink: Int?
    /// The caller has checked, or waives, the validity periods of the path: tuned verification looks at them again only
    /// before a refusal. Without it tuned verification is plain.
    package var hasCheckedValidity: Bool
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
        self.policies = policies
    }

    /// What OpenSSL said.
    package enum Outcome: Sendable, Equatable {
        /// It built exactly the offered path and found nothing against it; the valid policies, in dotted form.
        case accepted(policies: [String])
        /// It found the path but built it from other certificates.
        case builtAnotherPath
        /// The first condition that was not waived.
        case refused(VerifyError)
    }

    /// Verifies the path, in the plain or the tuned way. Corresponds to `X509_verify_cert`.
    ///
    /// - Throws: `OpenSSLError` when OpenSSL could not even begin, for instance out of memory.
    package func run() throws(OpenSSLError) -> Outcome { try Tuning.verification.verify(self) }
}
