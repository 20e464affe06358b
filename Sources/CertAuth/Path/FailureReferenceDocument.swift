// SPDX-License-Identifier: Apache-2.0

extension FailureReference {
    /// The complete text of `Docs/Refusals.md`.
    ///
    /// - Parameter alert: the name of the TLS alert that ends a handshake for a code. The TLS server defines the
    ///   alerts.
    package static func document(alert: (FailureCode) -> String) -> String {
        let rows = all.map { row in
            let answers = "\(alert(row.code)) | \(row.httpStatus) | \(row.iisSubStatus ?? "none")"
            return "| `\(row.code)` | \(row.cause) | \(row.remedy) | \(answers) |"
        }
        let sentences = all.map { "| `\($0.code)` | \($0.publicSentence) | \($0.issuerSentence ?? "the same") |" }
        return ([introduction, tableHead] + rows + ["", sentencesHead] + sentences).joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Refusals

        This page is made from the code's own table (`FailureReference.all`); a test compares them. To write it anew, run
        the tests with `CERTAUTH_WRITE_DOCS=1`.

        A refusal carries a stable code, the index of the certificate it is about (0 is the client's own), a message for
        operators, and a trace of the paths that were tried. Codes are added to, never renamed: logs, metrics, problem
        documents and the command line all use them. The alert is what a client sees when certificates are judged in the
        handshake; judged at the request, the same refusal is the HTTP status. The last column names the sub-status that
        IIS gives for the same condition.

        """

    private static let tableHead = """
        | code | cause | remedy | TLS alert | HTTP status | IIS sub-status |
        | --- | --- | --- | --- | --- | --- |
        """

    private static let sentencesHead = """
        ## What the client is told

        These sentences tell the client nothing it does not know. The operators' message is in the log, and in the answer
        only when a server asks for details.

        | code | sentence | where it is about an issuer's certificate |
        | --- | --- | --- |
        """
}
