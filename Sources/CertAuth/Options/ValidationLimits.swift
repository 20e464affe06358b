// SPDX-License-Identifier: Apache-2.0

/// Upper bounds on the data and work that an unauthenticated client can cause.
public struct ValidationLimits: Sendable, Hashable {
    /// The maximum number of certificates a client may present. Google's load balancers accept 10; real chains have 2
    /// to 4.
    public var presentedCertificates = 10
    /// The maximum length of a certificate in bytes. OpenSSL's handshake accepts 100 KiB in all; real certificates have
    /// 1 to 4 KiB.
    public var certificateBytes = 16 * 1024
    /// The maximum length of a presented chain in bytes.
    public var chainBytes = 64 * 1024
    /// The maximum number of DER values in a presented chain, including those inside extensions. Parsing takes about 1
    /// us for each. A typical certificate has 100 to 150, and one more for each of its names.
    public var presentedValues = 8_192
    /// The maximum number of configured additional certificates.
    public var additionalCertificates = 200
    /// The maximum number of signature checks in one validation. webpki and Go use the same number.
    public var signatureChecks = 100
    /// The maximum number of comparisons of a name with a constraint. webpki uses the same number.
    public var nameComparisons = 250_000
    /// The maximum number of steps of the path search. Each step extends one path by one certificate.
    public var pathSteps = 10_000
    /// The maximum number of certificates between the end-entity certificate and the trust anchor. Self-issued ones do
    /// not count.
    public var intermediates = 10
    /// The minimum size of an RSA modulus in bits. 2048 bits give 112 bits of strength (NIST SP 800-57).
    public var smallestRSABits = 2048
    /// The maximum size of an RSA modulus in bits. The time to verify a signature is quadratic in it (compare
    /// CVE-2023-29409).
    public var largestRSABits = 8192

    /// Creates the default limits.
    package init() {}
}
