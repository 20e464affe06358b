// SPDX-License-Identifier: Apache-2.0

extension CheckReference {
    /// The complete text of `Docs/Checks.md`.
    static var document: String {
        let rows = all.map { row in
            let codes = row.codes.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(row.check)` | \(row.demand) | \(codes) | \(row.rule) | \(row.scope.rawValue) | \(row.standard) |"
        }
        return ([introduction, tableHead] + rows + ["", validated, "", budget]).joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Checks

        This page is generated from a table in the tests (`CheckReference.all`). A test compares the page with the
        table, and the table with the code's list of checks (`PathChecks.all`). To generate the page again, run the
        tests with `CERTAUTH_WRITE_DOCS=1`.

        A candidate path must pass every check below, and then `X509_verify_cert`, which receives this path alone. A
        check can only refuse a path; it cannot make a path valid. A refusal names the certificate of the path that
        failed (0 is the client's own). `profile` is `rfc5280` by default: path validation, and every rule that security
        depends on. `strict` adds the rules of RFC 5280 §4 for issuers.

        """

    private static let tableHead = """
        | check | a path passes when | code | rule | profile | default and option |
        | --- | --- | --- | --- | --- | --- |
        """

    private static let validated = """
        ## What libcrypto validates

        | subject | code | rule | default and option |
        | --- | --- | --- | --- |
        | signatures | `bad-signature` | RFC 5280 §6.1.3 (a)(1) | on; 100 checks, `limits.signatureChecks` |
        | signature algorithms | `weak-signature` | NIST SP 800-131A | no SHA-1, no MD5; 112 bits |
        | certificate policies | `policy` | RFC 5280 §6.1, RFC 5937 §3 | none required; `certificatePolicies` |
        | unknown critical extensions | `critical-extension` | RFC 5280 §4.2 | on |
        | key usage and purpose, after our own checks | `wrong-usage` | RFC 5280 §4.2.1.3, §4.2.1.12 | on; `validateCertificateUse` |

        If a decision of OpenSSL 3.0 contradicts the RFCs, it is waived for this condition and this certificate, after
        our own check of the same rule has passed. This applies to the exact second of `notAfter`, to a leaf that has
        only anyExtendedKeyUsage, and to names under constraints that OpenSSL misreads because of userinfo,
        SmtpUTF8Mailbox, or emailAddress next to alternative names. Key identifiers order the candidates and exclude
        none. An anchor's policies, policy constraints and name constraints apply to the paths below it (RFC 5937). If
        an anchor forbids mappings or anyPolicy only from some depth below it, this applies only if the certificates
        repeat it. OpenSSL does not read the policy constraints of a certificate without policies, because it would
        not free them. Whether they require a policy is decided by our own rule (RFC 5280 §6.1.4 (i), §6.1.5).
        """

    private static let budget = """
        ## Before anything is decoded

        A client is unauthenticated until its certificate is accepted. An unauthenticated client may cost, on one core:

        | what | CPU | memory kept while the connection is open | bytes parsed |
        | --- | --- | --- | --- |
        | a handshake, or a late certificate | 20 ms | 256 KiB | 64 KiB |
        | a request with a forwarded certificate | 5 ms | 256 KiB | 64 KiB |

        `make bench-hostile` presents chains and headers that are crafted to cost more, and fails if one of them does.

        OpenSSL decodes the key of a certificate together with the rest, and libssl decodes a whole Certificate message
        before it asks for a decision. A key with explicit curve parameters costs 90 ms there. So the order is:

        1. number and sizes of certificates (`limits`): `limit-exceeded`
        2. our own reader, up to the key: `malformed`
        3. the form of each key: `weak-key`, `malformed`
        4. the number of DER values (`limits.presentedValues`), before our own reader reads the rest: `limit-exceeded`
        5. OpenSSL, and the checks above; a point that is not on its curve: `malformed`

        Steps 1 to 4 read the bytes of the message, during the handshake and before libssl decodes them. If one of them
        refuses, libssl decodes no key of the message, and the handshake ends. With `validation: .request`, and for late
        certificates, the handshake ends only for certificates that would cost OpenSSL too much; other weak keys, and
        too many values, are refused with the request.

        | key | form |
        | --- | --- |
        | elliptic curve | a named curve; an uncompressed or compressed point of the correct length; no hybrid point |
        | RSA, RSA-PSS | an odd modulus of at most `limits.largestRSABits`; an odd exponent of at least 3, below the modulus, of at most 64 bits; NULL or no parameters, for RSA-PSS a SEQUENCE or none |
        | Ed25519, Ed448 | 32 or 57 bytes, no parameters; a coordinate below the field's prime; no point of small order |
        | others | refused; DSA only at security level 2, the default |

        The exponent is bounded because the time of a signature check grows with it. 64 bits is OpenSSL's own bound for
        a modulus above 3072 bits; OpenSSL has no bound for a smaller modulus. A certificate that no path needs may have
        a weak key, because clients may send cross-certificates for future algorithms. But even there, a key that costs
        too much or is malformed is refused.
        """
}
