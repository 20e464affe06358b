// SPDX-License-Identifier: Apache-2.0

import CertAuth

extension FailureReference {
    /// The complete text of `Docs/Refusals.md`.
    ///
    /// - Parameter alert: the name of the TLS alert that ends a handshake for a code. The TLS server defines the
    ///   alerts.
    static func document(alert: (FailureCode) -> String) -> String {
        let rows = all.map { row in
            let answers = "\(alert(row.code)) | \(row.httpStatus) | \(row.iisSubStatus ?? "none")"
            return "| `\(row.code)` | \(row.cause) | \(row.remedy) | \(answers) |"
        }
        let sentences = all.map { "| `\($0.code)` | \($0.publicSentence) | \($0.issuerSentence ?? "the same") |" }
        let others = ProtocolCode.allCases.map { code in
            let reference = code.reference
            return "| `\(code.rawValue)` | \(reference.cause) | \(reference.remedy) | \(reference.answer) |"
        }
        let tables = [introduction, tableHead] + rows + ["", othersHead] + others + ["", sentencesHead] + sentences
        return tables.joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Refusals

        This page is generated from the code's own table (`FailureReference.all`); a test compares them. To generate it
        again, run the tests with `CERTAUTH_WRITE_DOCS=1`.

        A refusal contains a stable code, the index of the certificate that it concerns (0 is the client's own), a
        message for operators, and a trace of the attempted paths. Codes may be added, but are never renamed: logs,
        metrics, problem documents and the command line use them. If certificates are validated in the handshake, the
        client receives the TLS alert; if they are validated at the request, it receives the HTTP status. The last
        column is the sub-status of IIS for the same condition.

        """

    private static let tableHead = """
        | code | cause | remedy | TLS alert | HTTP status | IIS sub-status |
        | --- | --- | --- | --- | --- | --- |
        """

    private static let othersHead = """
        ## Refusals that are not about a certificate

        From the code's other table (`ProtocolCode`). The answer is an HTTP status, the error of an HTTP/2 connection, a
        TLS alert, or how the connection ends. Problem documents, logs and metrics use these codes too.

        | code | cause | remedy | answer |
        | --- | --- | --- | --- |
        """

    private static let sentencesHead = """
        ## What the client is told

        These sentences tell the client nothing that it does not know. The message for operators is in the log; it is in
        the answer only if the server is configured to expose details.

        | code | sentence | if it is about an issuer's certificate |
        | --- | --- | --- |
        """
}
