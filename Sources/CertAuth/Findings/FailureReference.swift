// SPDX-License-Identifier: Apache-2.0
// What each failure code means to clients and operators: the one table behind documents, pages and problem bodies.

/// The explanation of a failure code.
public struct FailureReference: Sendable, Equatable {
    /// Which code.
    public let code: FailureCode
    /// What happened, in a sentence that may be shown to the client: it tells nothing the client does not know.
    public let publicSentence: String
    /// The same sentence for a refusal because of an issuer's certificate, up to the trust anchor; nil where the first one
    /// fits both.
    public let issuerSentence: String?
    /// The usual cause, for operators.
    public let cause: String
    /// What mends it.
    public let remedy: String
    /// The status of an HTTP answer that refuses for this reason.
    public let httpStatus: Int
    /// The sub-status IIS gives for the same condition, nil where it has none.
    public let iisSubStatus: String?
}

extension FailureCode {
    /// The explanation; a code from elsewhere gets that of `internal`.
    public var reference: FailureReference {
        FailureReference.all.first { $0.code == self } ?? FailureReference.unknown(self)
    }

    /// A sentence that may be shown to the client.
    public var publicSentence: String { reference.publicSentence }
}
