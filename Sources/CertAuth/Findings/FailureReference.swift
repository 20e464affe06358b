// SPDX-License-Identifier: Apache-2.0

/// The explanation of a failure code for clients and operators. Documents, pages and problem bodies use it.
package struct FailureReference: Sendable, Equatable {
    /// The code that is explained.
    package let code: FailureCode
    /// What happened, in a sentence that may be shown to the client. It reveals nothing that the client does not know.
    package let publicSentence: String
    /// The same sentence for a refusal because of an issuer's certificate or the trust anchor. Nil if `publicSentence`
    /// fits both.
    package let issuerSentence: String?
    /// The usual cause, for operators.
    package let cause: String
    /// How to fix it.
    package let remedy: String
    /// The HTTP status of an answer that refuses for this reason.
    package let httpStatus: Int
    /// The sub-status that IIS returns for the same condition; nil if it has none.
    package let iisSubStatus: String?
}

extension FailureCode {
    /// The explanation. A code that CertAuth does not define gets the explanation of `internal`.
    package var reference: FailureReference {
        FailureReference.all.first { $0.code == self } ?? FailureReference.unknown(self)
    }

    /// A sentence that may be shown to the client.
    package var publicSentence: String { reference.publicSentence }
}
