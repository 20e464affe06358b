// SPDX-License-Identifier: Apache-2.0
// Everything that decides which certificates are accepted.

/// The policy of one authentication scheme. Every default is the strict one.
///
/// `CertificateAuthenticator` checks the combination when it is made and throws what cannot mean what it says.
public struct CertificateAuthenticationOptions: Sendable {
    /// Names the scheme in results, logs and cache keys; several authenticators stand side by side by their names.
    public var schemeName = "Certificate"
    /// Where paths may end.
    public var trust: TrustPolicy
    /// Which kinds of certificates may come in.
    public var allowedCertificateTypes: CertificateTypes = .chained
    /// The self-signed certificates that are accepted, when that kind is allowed.
    public var selfSignedPins: Set<CertificatePin> = []
    /// Accepts every self-signed certificate that is valid in itself: only for hooks that decide who it is.
    public var insecurelyAcceptAnySelfSigned = false
    /// Intermediates that clients may fail to send. Never anchors.
    public var additionalChainCertificates: [Certificate] = []
    /// Demands a path fit for TLS client authentication: keyUsage with digitalSignature where present on the leaf, and
    /// on every certificate extendedKeyUsage absent, with clientAuth, or with anyExtendedKeyUsage.
    public var validateCertificateUse = true
    /// Purposes that the client's certificate must name itself, each of them, beside what `validateCertificateUse` asks.
    public var requiredExtendedKeyUsages: Set<OID> = []
    /// Refuses a client's certificate without extendedKeyUsage, which otherwise permits every purpose.
    public var requiresExtendedKeyUsage = false
    /// Bits that the client's keyUsage must have, where not empty; the extension must then be there.
    public var requiredKeyUsage: KeyUsage = []
    /// Refuses certificates outside of their validity period, at every request anew.
    public var validateValidityPeriod = true
    /// How much of RFC 5280's certificate profile is demanded.
    public var profile: ValidationProfile = .rfc5280
    /// Applies name constraints on hosts and addresses also to commonNames of the client's certificate that look like a host
    /// or an address; the strict profile always does.
    ///
    /// For applications that take a commonName for a host. RFC 5280 §4.2.1.10 does not constrain commonNames, CertAuth makes
    /// no host of one, and `john.smith` is a person.
    public var constrainsCommonNames = false
    /// Which certificate policies a path must hold.
    public var certificatePolicies = CertificatePolicyOptions()
    /// Accepts a certificate that is itself an authority as a client's: RFC 5280 does not forbid it.
    public var allowsAuthorityAsClient = true
    /// Whether revocation is checked, and where evidence may come from.
    public var revocationMode: RevocationMode = .online
    /// Which certificates are checked.
    public var revocationFlag: RevocationFlag = .excludeRoot
    /// What an unknown status means.
    public var unknownRevocation: UnknownRevocation = .deny
    /// How statements about revocation are judged, and what each cause of an unknown status means.
    public var revocation = RevocationOptions()
    /// Who vouches for the default claims; nil for `Claim.localAuthority`.
    public var claimsIssuer: String?
    /// How often `onCertificateValidated` runs.
    public var hookReuse: HookReuse = .everyRequest
    /// How long each hook may take. After that its task is cancelled and the client refused: with `rejected-by-handler` for
    /// `onCertificateValidated`, with the refusal as it was for the others.
    public var hookDeadline: Duration = .seconds(10)
    /// Tells policies apart whose options are equal but whose hooks are not; part of the fingerprint.
    public var policyIdentifier: String?
    /// Upper bounds on work.
    public var limits = ValidationLimits()
    /// Where the current time comes from.
    public var clock: VerificationClock = .system
    /// OpenSSL's security level for keys and signatures: 2 demands 112 bits and refuses SHA-1 and MD5.
    package var securityLevel = 2

    /// Makes strict options; only trust has no default.
    public init(trust: TrustPolicy) {
        self.trust = trust
    }
}
