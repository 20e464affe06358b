// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The explanation of one check, for the reference page.
struct CheckReference: Sendable, Equatable {
    /// The profile in which a check applies.
    enum Scope: String, Sendable {
        case always = "always"
        case alwaysAndMoreWhenStrict = "always; more when strict"
        case strictOnly = "strict"
        case asOptionsSay = "as options say"
    }

    /// The name of the check's type.
    let check: String
    /// The codes that it may refuse with.
    let codes: [FailureCode]
    /// The rule: document and section.
    let rule: String
    let scope: Scope
    /// What a path must satisfy, in one sentence.
    let demand: String
    /// The default, and the option that changes it.
    let standard: String
}

extension CheckReference {
    /// One row for each element of `PathChecks.all`, in the same order.
    static let all: [CheckReference] = [
        CheckReference(
            check: "ValidityCheck",
            codes: [.expired, .notYetValid],
            rule: "RFC 5280 §4.1.2.5, §6.1.3 (a)(2)",
            scope: .asOptionsSay,
            demand: "Every certificate is within its validity period, both ends included.",
            standard: "on; `validateValidityPeriod`"
        ),
        CheckReference(
            check: "KeyUsageCheck",
            codes: [.wrongUsage],
            rule: "RFC 5280 §4.2.1.3, RFC 8446 §4.4.2.4",
            scope: .asOptionsSay,
            demand: "The leaf's keyUsage, if present, has digitalSignature.",
            standard: "on; `validateCertificateUse`"
        ),
        CheckReference(
            check: "ExtendedKeyUsageCheck",
            codes: [.wrongUsage],
            rule: "RFC 5280 §4.2.1.12",
            scope: .asOptionsSay,
            demand: "extendedKeyUsage of every certificate is absent or permits TLS client authentication.",
            standard: "on; `validateCertificateUse`"
        ),
        CheckReference(
            check: "LeafCheck",
            codes: [.wrongUsage],
            rule: "RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12",
            scope: .asOptionsSay,
            demand: "The leaf is not a CA certificate if these are forbidden, and has the required usages.",
            standard: "CA certificates allowed, nothing required; `allowsAuthorityAsClient`, `requiredKeyUsage`, "
                + "`requiredExtendedKeyUsages`, `requiresExtendedKeyUsage`"
        ),
        CheckReference(
            check: "VersionCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.1.2.1, §4.1.2.8, §4.1.2.9",
            scope: .alwaysAndMoreWhenStrict,
            demand:
                "Version 1, 2 or 3; extensions only in 3, unique identifiers only from 2. Strict: 3 below the anchor.",
            standard: "on"
        ),
        CheckReference(
            check: "SubjectCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.1.2.4, §4.1.2.6",
            scope: .alwaysAndMoreWhenStrict,
            demand: "Issuers have a name; a leaf without a name has alternative names. Strict: these are critical.",
            standard: "on"
        ),
        CheckReference(
            check: "CertificateAuthorityCheck",
            codes: [.notACertificateAuthority],
            rule: "RFC 5280 §6.1.4 (k), (n)",
            scope: .always,
            demand:
                "Every issuer is a CA by basicConstraints, and its keyUsage, if present, has keyCertSign.",
            standard: "on; an anchor of version 1, or with keyCertSign, needs no basicConstraints"
        ),
        CheckReference(
            check: "PathLengthCheck",
            codes: [.pathTooLong],
            rule: "RFC 5280 §4.2.1.9, §6.1.4 (l), (m)",
            scope: .always,
            demand: "No more intermediates than each issuer and the policy permit; self-issued ones are not counted.",
            standard: "10; `limits.intermediates`"
        ),
        CheckReference(
            check: "SignatureAlgorithmCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.1.1.2",
            scope: .always,
            demand: "The signature algorithms inside and outside the signed part are equal, including parameters.",
            standard: "on"
        ),
        CheckReference(
            check: "KeyStrengthCheck",
            codes: [.weakKey, .malformed],
            rule:
                "RFC 8017 §3.1, RFC 5480 §2, RFC 8410 §3, RFC 8032 §5, NIST SP 800-57, CVE-2022-0778, CVE-2023-29409; BR §6.1.5",
            scope: .alwaysAndMoreWhenStrict,
            demand:
                "Every key, including the anchor's, is RSA within the limits with an odd exponent of at least 3 and at "
                + "most 64 bits, P-256, P-384, P-521, Ed25519 or Ed448. It has the form of its standard; a point is on "
                + "its curve and not of small order. Strict: RSA keys have whole bytes.",
            standard: "2048 to 8192 bits; `limits.smallestRSABits`, `limits.largestRSABits`"
        ),
        CheckReference(
            check: "SerialNumberCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.1.2.2",
            scope: .strictOnly,
            demand: "Serial numbers below the anchor are not zero and have at most 20 bytes.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "CriticalityCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2",
            scope: .strictOnly,
            demand: "Extensions are critical or not as the RFC requires; policyConstraints and, below the anchor, "
                + "basicConstraints may be either, because public suites require it.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "KeyIdentifierCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2.1.1, §4.2.1.2, §A.2",
            scope: .strictOnly,
            demand: "Authorities have a subjectKeyIdentifier, intermediates an authorityKeyIdentifier. Every "
                + "authorityKeyIdentifier has a key identifier, and both the issuer's name and serial number or neither.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "AuthorityUsageCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2.1.3, §4.2.1.9",
            scope: .strictOnly,
            demand: "keyUsage has at least one bit, every intermediate has keyUsage, and only authorities with "
                + "keyCertSign have a path length.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "NameEncodingCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.1.2.4, §A.1; X.501 §9.3; X.690 §11.6",
            scope: .strictOnly,
            demand: "Names are in DER order, have no attribute twice in a relative name, are valid in their string "
                + "types, are not empty, and are within the upper bounds; emailAddress and domainComponent are IA5String, "
                + "countryName, serialNumber and dnQualifier are PrintableString.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "EncodingCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.1.2.5; X.690 §11.2.2, §11.5",
            scope: .strictOnly,
            demand: "Dates through 2049 are UTCTime, version 1 and critical FALSE are not encoded, and named "
                + "bits have no trailing zeros.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "ExtensionContentsCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2.1.4, §4.2.1.11, §4.2.1.13, §4.2.2.1",
            scope: .strictOnly,
            demand: "Lists that need an element are not empty; a distribution point has a name or an issuer.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "PolicyTextCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2.1.4, RFC 6818 §3",
            scope: .strictOnly,
            demand: "explicitText of a user notice is not an IA5String and has at most 200 characters.",
            standard: "off; `profile`"
        ),
        CheckReference(
            check: "PolicyQualifierCheck",
            codes: [.criticalExtension],
            rule: "RFC 5280 §4.2.1.4",
            scope: .always,
            demand: "A critical certificatePolicies has only CPS pointers and user notices as qualifiers.",
            standard: "on"
        ),
        CheckReference(
            check: "ProcessedExtensionCheck",
            codes: [.criticalExtension],
            rule: "RFC 5280 §4.2",
            scope: .always,
            demand: "Netscape's certificate type, which is not evaluated, is not critical.",
            standard: "on"
        ),
        CheckReference(
            check: "NameSyntaxCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2.1.6, RFC 1123 §2.1, RFC 3986, RFC 5321 §4.1.2, RFC 9598 §3",
            scope: .alwaysAndMoreWhenStrict,
            demand: "Alternative names have the syntax of their kind and are not empty; a URI name is printable "
                + "ASCII, and an absolute URI if a constraint on URIs applies. Strict: a host has no underscore and no "
                + "number at the end; a URI is absolute, without invalid characters or an invalid host.",
            standard: "on"
        ),
        CheckReference(
            check: "NameConstraintSyntaxCheck",
            codes: [.nameNotPermitted, .malformed],
            rule: "RFC 5280 §4.2.1.10",
            scope: .alwaysAndMoreWhenStrict,
            demand: "Name constraints can be read: no minimum, no maximum, known forms. Strict: they are critical, in "
                + "a CA certificate, not empty, and have contiguous masks.",
            standard: "on"
        ),
        CheckReference(
            check: "NameConstraintsCheck",
            codes: [.nameNotPermitted, .limitExceeded],
            rule: "RFC 5280 §4.2.1.10, §6.1.3 (b), (c), §6.1.4 (g), §7.1; RFC 4518; RFC 5937 §3; RFC 9598 §6",
            scope: .always,
            demand: "Every name is permitted by all certificates above it, including the anchor, and excluded by no "
                + "certificate. A name that cannot be compared is refused. Directory names are compared as prepared by RFC 4518: "
                + "case, composition, width, spaces and string type are ignored. Strict, or by option: this also applies to "
                + "commonNames that look like hosts or addresses, if there is no alternative name of that kind.",
            standard: "on; 250,000 comparisons, `limits.nameComparisons`; commonNames off, `constrainsCommonNames`"
        ),
        CheckReference(
            check: "ExtensionSyntaxCheck",
            codes: [.malformed],
            rule: "RFC 5280 §4.2",
            scope: .always,
            demand: "Every extension with a known syntax can be decoded, and has no bytes after its value.",
            standard: "on"
        ),
    ]
}
