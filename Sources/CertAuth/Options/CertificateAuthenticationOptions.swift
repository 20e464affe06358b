// SPDX-License-Identifier: Apache-2.0

/// The policy of one authentication scheme. Every default is the strict one.
///
/// `CertificateAuthenticator` checks the combination when it is created and throws if it is contradictory.
public struct CertificateAuthenticationOptions: Sendable {
    /// The name of the scheme in results, logs and cache keys. It distinguishes several authenticators of one
    /// application.
    public var schemeName = "Certificate"
    /// Where a certification path may end.
    public var trust: TrustPolicy
    /// The kinds of certificates that are accepted.
    public var allowedCertificateTypes: CertificateTypes = .chained
    /// The self-signed certificates that are accepted, when that kind is allowed.
    public var selfSignedPins: Set<CertificatePin> = []
    /// Accepts every self-signed certificate that is valid in itself. Use it only if a hook decides which clients are
    /// accepted.
    public var insecurelyAcceptAnySelfSigned = false
    /// Intermediates for clients that do not send them. They never become trust anchors.
    public var additionalChainCertificates: [Certificate] = []
    /// Requires a path that is fit for TLS client authentication: keyUsage of the end-entity certificate, if present,
    /// has digitalSignature, and extendedKeyUsage of every certificate is absent or contains clientAuth or
    /// anyExtendedKeyUsage.
    public var validateCertificateUse = true
    /// Purposes that the client's certificate must all name itself, in addition to what `validateCertificateUse`
    /// requires.
    public var requiredExtendedKeyUsages: Set<OID> = []
    /// Refuses a client's certificate without extendedKeyUsage, which otherwise permits every purpose.
    public var requiresExtendedKeyUsage = false
    /// Bits that the client's keyUsage must have. If this is not empty, the extension is required.
    public var requiredKeyUsage: KeyUsage = []
    /// Refuses certificates outside of their validity period. This is checked at every request.
    public var validateValidityPeriod = true
    /// How much of the certificate profile of RFC 5280 is enforced.
    public var profile: ValidationProfile = .rfc5280
    /// Applies name constraints on hosts and addresses also to commonNames of the client's certificate that look like a
    /// host or an address. The strict profile always does.
    ///
    /// This is for applications that use a commonName as a host. RFC 5280 §4.2.1.10 does not constrain commonNames,
    /// CertAuth never uses one as a host, and `john.smith` is a person.
    public var constrainsCommonNames = false
    /// The certificate policies that a path must be valid for.
    public var certificatePolicies = CertificatePolicyOptions()
    /// Accepts a CA certificate as a client's certificate. RFC 5280 does not forbid it.
    public var allowsAuthorityAsClient = true
    /// Whether revocation is checked, and where evidence may be obtained.
    public var revocationMode: RevocationMode = .online
    /// Which certificates are checked for revocation.
    public var revocationFlag: RevocationFlag = .excludeRoot
    /// What happens if the revocation status is unknown.
    public var unknownRevocation: UnknownRevocation = .deny
    /// How CRLs and OCSP responses are validated, and what each cause of an unknown status means.
    public var revocation = RevocationOptions()
    /// The issuer of the default claims; nil for `Claim.localAuthority`.
    public var claimsIssuer: String?
    /// How often `onCertificateValidated` runs.
    public var hookReuse: HookReuse = .everyRequest
    /// How long each hook may run. After that its task is cancelled and the client is refused: with
    /// `rejected-by-handler` for `onCertificateValidated`, with the unchanged refusal for the other hooks.
    public var hookDeadline: Duration = .seconds(10)
    /// Distinguishes policies that have equal options but different hooks. It is part of the fingerprint.
    public var policyIdentifier: String?
    /// Upper bounds on work.
    public var limits = ValidationLimits()
    /// Where the current time comes from.
    public var clock: VerificationClock = .system
    /// OpenSSL's security level for keys and signatures. Level 2 requires 112 bits of strength and refuses SHA-1 and
    /// MD5.
    package var securityLevel = 2

    /// Creates options with strict defaults. Only trust has no default.
    public init(trust: TrustPolicy) {
        self.trust = trust
    }
}
