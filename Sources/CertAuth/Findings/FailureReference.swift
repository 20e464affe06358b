// SPDX-License-Identifier: Apache-2.0

/// The explanation of a failure code for clients and operators. Documents, pages and problem bodies use it.
public struct FailureReference: Sendable, Equatable {
    /// The code that is explained.
    public let code: FailureCode
    /// What happened, in a sentence that may be shown to the client. It reveals nothing that the client does not know.
    public let publicSentence: String
    /// The same sentence for a refusal because of an issuer's certificate or the trust anchor. Nil if `publicSentence`
    /// fits both.
    public let issuerSentence: String?
    /// The usual cause, for operators.
    public let cause: String
    /// How to fix it.
    public let remedy: String
    /// The HTTP status of an answer that refuses for this reason.
    public let httpStatus: Int
    /// The sub-status that IIS returns for the same condition; nil if it has none.
    public let iisSubStatus: String?
}

extension FailureCode {
    /// The explanation. A code that CertAuth does not define gets the explanation of `internal`.
    public var reference: FailureReference {
        FailureReference.all.first { $0.code == self } ?? FailureReference.unknown(self)
    }

    /// A sentence that may be shown to the client.
    public var publicSentence: String { reference.publicSentence }
}
