// SPDX-License-Identifier: Apache-2.0
// The reference page of checks, made from the table.

extension CheckReference {
    /// `Docs/Checks.md`, whole.
    package static var document: String {
        let rows = all.map { row in
            let codes = row.codes.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(row.check)` | \(row.demand) | \(codes) | \(row.rule) | \(row.scope.rawValue) | \(row.standard) |"
        }
        return ([introduction, tableHead] + rows + ["", judged]).joined(separator: "\n") + "\n"
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
}
