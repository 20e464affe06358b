// SPDX-License-Identifier: Apache-2.0
// The work an unauthenticated peer may cause.

/// Upper bounds on what is read and tried before a client is authenticated.
public struct ValidationLimits: Sendable, Hashable {
    /// The most certificates a client may present: Google's load balancers read 10, real chains have 2 to 4.
    public var presentedCertificates = 10
    /// The longest certificate in bytes: OpenSSL's own handshake stops at 100 KiB in all, real ones have 1 to 4 KiB.
    public var certificateBytes = 16 * 1024
    /// The longest presented chain in bytes.
    public var chainBytes = 64 * 1024
    /// The most DER values of a presented chain, those inside of extensions included: parsing takes about 1 us for each.
    /// A usual certificate has 100 to 150, and one more for each of its names.
    public var presentedValues = 8_192
    /// The most certificates that may be configured beside the presented ones.
    public var additionalCertificates = 200
    /// The most signature checks of one validation; webpki and Go stop at the same number.
    public var signatureChecks = 100
    /// The most comparisons of a name with a constraint; webpki's number.
    public var nameComparisons = 250_000
    /// The most steps of the search for paths; each step extends one path by one certificate.
    public var pathSteps = 10_000
    /// The most certificates between leaf and anchor, self-issued ones not counted.
    public var intermediates = 10
    /// The smallest RSA modulus in bits: 112 bits of strength, NIST SP 800-57.
    public var smallestRSABits = 2048
    /// The largest RSA modulus in bits: checking a signature costs time quadratic in it (CVE-2023-29409's class).
    public var largestRSABits = 8192

    /// Makes the default limits.
    public init() {}
}
