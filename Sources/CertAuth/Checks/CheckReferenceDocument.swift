// SPDX-License-Identifier: Apache-2.0

extension CheckReference {
    /// The complete text of `Docs/Checks.md`.
    package static var document: String {
        let rows = all.map { row in
            let codes = row.codes.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(row.check)` | \(row.demand) | \(codes) | \(row.rule) | \(row.scope.rawValue) | \(row.standard) |"
        }
        return ([introduction, tableHead] + rows + ["", judged, "", budget]).joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Checks

        This page is made from the code's own table (`CheckReference.all`); a test compares them. To write it anew, run
        the tests with `CERTAUTH_WRITE_DOCS=1`.

        A candidate path must pass every check below, and after that `X509_verify_cert`, to which it is offered alone. A
        check only refuses; none can make a path good. Each says at which certificate of the path it objects (0 is the
        client's own). `profile` is `rfc5280` by default: path validation and every rule on which safety rests. `strict`
        adds what RFC 5280 §4 demands of those who issue.

        """

    private static let tableHead = """
        | check | a path passes when | code | rule | profile | default and option |
        | --- | --- | --- | --- | --- | --- |
        """

    private static let judged = """
        ## What libcrypto judges

        | subject | code | rule | default and option |
        | --- | --- | --- | --- |
        | signatures | `bad-signature` | RFC 5280 §6.1.3 (a)(1) | on; 100 checks, `limits.signatureChecks` |
        | signature algorithms | `weak-signature` | NIST SP 800-131A | no SHA-1, no MD5; 112 bits |
        | certificate policies | `policy` | RFC 5280 §6.1, RFC 5937 §3 | no demand; `certificatePolicies` |
        | critical extensions nobody knows | `critical-extension` | RFC 5280 §4.2 | on |

        What OpenSSL 3.0 decides against the RFCs is waived by condition and certificate, after our own check of the same
        rule has passed: `notAfter` at its very second; a leaf with anyExtendedKeyUsage alone; names under constraints
        where userinfo, SmtpUTF8Mailbox or emailAddress beside alternative names mislead it. Key identifiers order the
        candidates and refuse none. An anchor's policies, policy constraints and name constraints hold for the paths below
        it (RFC 5937); a ban on mappings or anyPolicy that begins some certificates below the anchor holds where the
        certificates repeat it.
        """

    private static let budget = """
        ## Before anything is decoded

        A client is a stranger until its certificate is accepted. What a stranger may cost, on one core:

        | what | CPU | memory kept while the connection is open | bytes parsed |
        | --- | --- | --- | --- |
        | a handshake, or a late certificate | 20 ms | 256 KiB | 64 KiB |
        | a request with a forwarded certificate | 5 ms | 256 KiB | 64 KiB |

        `make bench-hostile` presents chains and headers that are made to cost more, and fails when one does. One more kind is known
        to cost more, and is not among them: a header with a mesh of issuers under the name of the anchor, whose signatures use an
        algorithm that few use (11 ms of CPU with P-384 keys and SHA-224).

        OpenSSL decodes the key of a certificate together with the rest, and libssl decodes a whole Certificate message
        before it asks for a decision. A key by explicit curve parameters costs 90 ms there. So the order is:

        1. numbers and sizes of certificates (`limits`): `limit-exceeded`
        2. our own reader, as far as the key: `malformed`
        3. the form of each key: `weak-key`, `malformed`
        4. the number of DER values (`limits.presentedValues`), before our own reader reads the rest: `limit-exceeded`
        5. OpenSSL, and the checks above; a point that is not on its curve: `malformed`

        Steps 1 to 4 look at the bytes of the message, inside of the handshake and before libssl decodes them. When they
        refuse, libssl decodes no key of the message and the handshake ends. With `validation: .request`, and for late
        certificates, only what would cost OpenSSL too much ends the handshake; other weak keys, and too many values, are refused with the
        request.

        | key | form |
        | --- | --- |
        | elliptic curve | a named curve; an uncompressed or compressed point of its length; no hybrid point |
        | RSA, RSA-PSS | an odd modulus of at most `limits.largestRSABits`; an odd exponent of at least 3, below the modulus, of at most 64 bits; NULL or no parameters, for RSA-PSS a SEQUENCE or none |
        | Ed25519, Ed448 | 32 or 57 bytes, no parameters; a coordinate below the field's prime; no point of small order |
        | others | refused; DSA at security level 2 |

        The exponent has a bound because the time of a signature check grows with it: 64 bits is OpenSSL's own bound for a
        modulus above 3072 bits, and a smaller modulus has none there. A certificate that no path needs may have a weak
        key, but none that costs too much or is malformed: clients may send cross-certificates for algorithms to come.
        """
}
