// SPDX-License-Identifier: Apache-2.0
// Explanations of verification errors, in sentences that an operator can act on.

import COpenSSL

extension VerifyError {
    /// What OpenSSL found, what it expected and what to do.
    package struct Explanation: Sendable, Equatable {
        /// Continues a sentence whose subject is the certificate, for instance `has expired`.
        package let found: String
        package let expected: String
        package let remedy: String

        init(_ found: String, _ expected: String, _ remedy: String) {
            self.found = found
            self.expected = expected
            self.remedy = remedy
        }
    }

    /// The explanation of the code. Nil for codes that this version of CertAuth does not know.
    package var explanation: Explanation? {
        aboutSignatures ?? aboutPaths ?? aboutTimesAndUsage ?? aboutNamesAndPolicies ?? aboutProfiles ?? aboutRevocation
            ?? aboutOtherUses
    }

    private var aboutSignatures: Explanation? {
        switch code {
        case X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
            Explanation(
                "has a signature that its issuer's key does not verify",
                "a signature by the key of the next certificate",
                "check whether the issuer has a second key under the same name, and whether the file is damaged"
            )
        case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
            Explanation(
                "has a public key that OpenSSL cannot read",
                "a supported type of key, with its parameters in the certificate",
                "issue the certificate again with an RSA, ECDSA or EdDSA key"
            )
        case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
            Explanation(
                "has a signature algorithm that does not match its issuer's key",
                "the algorithm of its issuer's key in both signature algorithm fields",
                "issue the certificate again"
            )
        case X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
            Explanation(
                "is signed with an algorithm that OpenSSL does not support",
                "RSA, ECDSA or EdDSA with SHA-2",
                "issue the certificate again with another algorithm"
            )
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL:
            Explanation(
                "has a key that is too weak for the security level",
                "a key with at least the level's strength",
                "issue the certificate with a larger key, or lower securityLevel"
            )
        case X509_V_ERR_CA_MD_TOO_WEAK:
            Explanation(
                "is signed with a digest that is too weak for the security level",
                "SHA-256 or better",
                "issue the certificate again, or lower securityLevel"
            )
        case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
            Explanation(
                "has a key with explicit curve parameters",
                "a named curve (RFC 5480 §2.1.1)",
                "issue it with a named curve"
            )
        default: nil
        }
    }

    private var aboutPaths: Explanation? {
        switch code {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SUBJECT_ISSUER_MISMATCH,
            X509_V_ERR_AKID_SKID_MISMATCH, X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
            Explanation(
                "was not issued by the next certificate of the path",
                "the issuer with the given name and key identifier",
                "provide the certificate of its issuer"
            )
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            Explanation(
                "names itself as issuer and is not a trust anchor",
                "a trust anchor, or an issuer with another name",
                "trust the certificate, or issue certificates under names that differ from the issuer's"
            )
        case X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_REJECTED:
            Explanation(
                "is not trusted for this purpose",
                "a trust anchor for client authentication",
                "check the anchor's settings"
            )
        case X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LENGTH_EXCEEDED:
            Explanation(
                "has more intermediates below it than it permits",
                "at most the number in its basicConstraints",
                "issue it from a certification authority higher in the hierarchy"
            )
        case X509_V_ERR_PATH_LOOP:
            Explanation("occurs twice in the path", "each certificate once", "check the intermediates for a loop")
        default: nil
        }
    }

    private var aboutTimesAndUsage: Explanation? {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: Explanation("has expired", "a later notAfter", "renew it")
        case X509_V_ERR_CERT_NOT_YET_VALID: Explanation("is not valid yet", "an earlier notBefore", "check the clocks")
        case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
            Explanation(
                "has a malformed date",
                "UTCTime or GeneralizedTime ending in Z",
                "issue the certificate again"
            )
        case X509_V_ERR_INVALID_PURPOSE:
            Explanation(
                "is not valid for this use",
                "clientAuth and digitalSignature on the client's certificate, keyCertSign on its issuers",
                "issue it for clients"
            )
        case X509_V_ERR_INVALID_NON_CA:
            Explanation(
                "is a CA certificate",
                "an end-entity certificate at this place",
                "issue a certificate for the client"
            )
        case X509_V_ERR_INVALID_CA:
            Explanation(
                "is not a certification authority",
                "basicConstraints with cA true on every issuer",
                "issue from an authority"
            )
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            Explanation("may not sign certificates", "keyUsage keyCertSign on every issuer", "issue from an authority")
        case X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
            Explanation("may not sign", "keyUsage digitalSignature", "issue it for clients")
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            Explanation(
                "has a critical extension that CertAuth does not know",
                "only known critical extensions (RFC 5280 §4.2)",
                "issue it without the extension, or mark the extension as not critical"
            )
        case X509_V_ERR_INVALID_EXTENSION, X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE:
            Explanation(
                "has an extension that is malformed or uses an unsupported feature",
                "extensions as in RFC 5280",
                "issue the certificate again; `certauth inspect` shows the extensions"
            )
        default: nil
        }
    }

    private var aboutNamesAndPolicies: Explanation? {
        switch code {
        case X509_V_ERR_PERMITTED_VIOLATION:
            Explanation(
                "has a name that its issuers do not permit",
                "names within the permitted subtrees",
                "issue it under another authority or name"
            )
        case X509_V_ERR_EXCLUDED_VIOLATION:
            Explanation(
                "has a name that an issuer excludes",
                "names outside of the excluded subtrees",
                "issue it under another authority or name"
            )
        case X509_V_ERR_SUBTREE_MINMAX, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
            X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
            Explanation(
                "has a name or a name constraint that cannot be compared",
                "the forms of RFC 5280 §4.2.1.10",
                "issue it without that name, or the authority without that constraint"
            )
        case X509_V_ERR_INVALID_POLICY_EXTENSION:
            Explanation(
                "has a policy extension that cannot be used",
                "each policy once, no mapping of anyPolicy (RFC 5280 §4.2.1.4)",
                "issue the certificate again"
            )
        case X509_V_ERR_NO_EXPLICIT_POLICY:
            Explanation(
                "is valid for none of the required policies",
                "a policy that every certificate of the path has",
                "issue it under the policy, or change certificatePolicies"
            )
        case X509_V_ERR_UNNESTED_RESOURCE:
            Explanation(
                "has addresses or AS numbers that its issuer does not have",
                "resources within the issuer's (RFC 3779 §2.3)",
                "issue it without the extension"
            )
        default: nil
        }
    }

    /// Rules that OpenSSL checks only in its strict mode, which CertAuth does not use. CertAuth's own profile contains
    /// them.
    private var aboutProfiles: Explanation? {
        switch code {
        case X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA, X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN,
            X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA, X509_V_ERR_ISSUER_NAME_EMPTY,
            X509_V_ERR_SUBJECT_NAME_EMPTY, X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER,
            X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, X509_V_ERR_EMPTY_SUBJECT_ALT_NAME,
            X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL, X509_V_ERR_CA_BCONS_NOT_CRITICAL,
            X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL, X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL,
            X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3:
            Explanation(
                "violates the profile of RFC 5280 §4",
                "a certificate that follows the profile",
                "issue the certificate again"
            )
        case X509_V_ERR_SUITE_B_INVALID_VERSION, X509_V_ERR_SUITE_B_INVALID_ALGORITHM,
            X509_V_ERR_SUITE_B_INVALID_CURVE, X509_V_ERR_SUITE_B_INVALID_SIGNATURE_ALGORITHM,
            X509_V_ERR_SUITE_B_LOS_NOT_ALLOWED, X509_V_ERR_SUITE_B_CANNOT_SIGN_P_384_WITH_P_256:
            Explanation(
                "does not conform to Suite B (RFC 6460)",
                "P-256 or P-384 with SHA-2",
                "check OpenSSL's configuration file"
            )
        case X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED, X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED,
            X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION:
            Explanation(
                "is a proxy certificate (RFC 3820)",
                "a certificate that an authority issued",
                "use the holder's own certificate"
            )
        default: nil
        }
    }

    /// CertAuth checks revocation itself. These errors occur only if OpenSSL's configuration file enables CRL checks. The
    /// numbers are codes of later versions, which the headers of 3.0 do not name.
    private var aboutRevocation: Explanation? {
        switch code {
        case X509_V_ERR_CERT_REVOKED: Explanation("is revoked", "a certificate that is not", "issue a new one")
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE,
            X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_HAS_EXPIRED,
            X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD,
            X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
            X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_DIFFERENT_CRL_SCOPE,
            X509_V_ERR_CRL_PATH_VALIDATION_ERROR, X509_V_ERR_OCSP_VERIFY_NEEDED, X509_V_ERR_OCSP_VERIFY_FAILED,
            X509_V_ERR_OCSP_CERT_UNKNOWN, 96...101:
            Explanation(
                "has a revocation status that OpenSSL could not determine",
                "no revocation check by OpenSSL itself",
                "check OpenSSL's configuration file; CertAuth checks revocation by its own options"
            )
        default: nil
        }
    }

    private var aboutOtherUses: Explanation? {
        switch code {
        case X509_V_ERR_UNSPECIFIED:
            Explanation(
                "has a key, a signature or an extension that OpenSSL cannot use",
                "a supported type of key, with its parameters in the certificate, and extensions as in RFC 5280 section 4.2",
                "issue the certificate again with an RSA, ECDSA or EdDSA key and valid extensions"
            )
        case X509_V_ERR_OUT_OF_MEM:
            Explanation(
                "could not be verified, because OpenSSL had no memory left or reached its own limit",
                "enough memory and a policy graph of moderate size",
                "simplify policy mappings, or check the available memory"
            )
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_EMAIL_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH,
            X509_V_ERR_DANE_NO_MATCH, X509_V_ERR_NO_VALID_SCTS, 95:
            Explanation(
                "fails a check that applies to servers",
                "no such check for clients",
                "check OpenSSL's configuration file"
            )
        case X509_V_ERR_INVALID_CALL, X509_V_ERR_STORE_LOOKUP, X509_V_ERR_APPLICATION_VERIFICATION:
            Explanation(
                "could not be verified, because OpenSSL was called incorrectly",
                "a call as documented",
                "report this as a bug of CertAuth"
            )
        default: nil
        }
    }
}
