// SPDX-License-Identifier: Apache-2.0
// What each failure code means to clients and operators: the one table behind documents, pages and problem bodies.

/// The explanation of a failure code.
package struct FailureReference: Sendable, Equatable {
    /// Which code.
    package let code: FailureCode
    /// What happened, in a sentence that may be shown to the client: it tells nothing the client does not know.
    package let publicSentence: String
    /// The same sentence for a refusal because of an issuer's certificate, up to the trust anchor; nil where the first one
    /// fits both.
    package let issuerSentence: String?
    /// The usual cause, for operators.
    package let cause: String
    /// What mends it.
    package let remedy: String
    /// The status of an HTTP answer that refuses for this reason.
    package let httpStatus: Int
    /// The sub-status IIS gives for the same condition, nil where it has none.
    package let iisSubStatus: String?
}

extension FailureCode {
    /// The explanation; a code from elsewhere gets that of `internal`.
    package var reference: FailureReference {
        FailureReference.all.first { $0.code == self } ?? FailureReference.unknown(self)
    }

    /// A sentence that may be shown to the client.
    package var publicSentence: String { reference.publicSentence }
}
