// SPDX-License-Identifier: Apache-2.0

/// A notice for the operator about a statement that did not simply replace another.
package struct EvidenceNotice: Sendable, Hashable {
    /// What happened.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An older CRL was offered. The newer one stays in force.
        case olderList = "older-list"
        /// A current CRL was not offered again. It stays in force.
        case omittedList = "omitted-list"
        /// The issuer has restarted its numbers. Both CRLs are in force.
        case numbersRestarted = "numbers-restarted"
        /// It is not known whether one key signed both CRLs. Both are kept, and clients are validated by the authentic
        /// ones.
        case unconfirmedList = "unconfirmed-list"
        /// There are more CRLs than the limits permit. This one is no longer kept.
        case forgottenList = "forgotten-list"
        /// An older OCSP response was offered. The newer one stays in force.
        case olderResponse = "older-response"
        /// A response that does not say good was not offered again. It stays in force.
        case omittedResponse = "omitted-response"
        /// A file in the evidence folder cannot be read. It is ignored.
        case unreadableFile = "unreadable-file"
        /// A CRL could not be written to the evidence folder.
        case unwritableFile = "unwritable-file"

        /// Whether a rollback was attempted, or protection is lost.
        package var isWarning: Bool {
            switch self {
            case .olderList, .olderResponse, .forgottenList, .unreadableFile, .unwritableFile: true
            case .omittedList, .numbersRestarted, .unconfirmedList, .omittedResponse: false
            }
        }
    }

    /// What happened.
    package let kind: Kind
    /// The statements concerned, with their numbers and times.
    package let message: String
}

extension EvidenceNotice {
    init(_ kind: Kind, held: CertificateRevocationList, offered: CertificateRevocationList? = nil) {
        let issuer = DisplayText.escaped(held.issuer.rfc4514)
        let name = "\(held.isDelta ? "delta " : "")CRL of \(issuer)"
        let text =
            switch kind {
            case .olderList: "is older than the one in force, which is kept"
            case .numbersRestarted: "is later than the one in force, but its number is not greater: both stay in force"
            case .unconfirmedList: "is kept together with the one in force: it is unknown whether one key signed both"
            case .forgottenList: "is no longer kept: there are more lists than the limits permit"
            default: "is not among the evidence offered, and stays in force"
            }
        let subject = offered.map { "the offered \(name) (\($0.edition))" } ?? "the \(name) (\(held.edition))"
        let other = offered == nil ? "" : "; in force: \(held.edition)"
        self.init(kind: kind, message: "\(subject) \(text)\(other)")
    }

    init(_ kind: Kind, held: OCSPResponse, offered: OCSPResponse? = nil) {
        let serials = held.entries.prefix(4).map { "\($0.certificateID.serialNumber)" }.joined(separator: ", ")
        let name = "OCSP response about \(serials)"
        let message =
            offered.map {
                "the offered \(name) (\($0.edition)) is older than the one in force, which is kept; in force: \(held.edition)"
            } ?? "the \(name) (\(held.edition)) is not among the evidence offered, and stays in force"
        self.init(kind: kind, message: message)
    }
}

extension CertificateRevocationList {
    /// The number and times as text for messages.
    fileprivate var edition: String {
        let end = nextUpdate.map { ", nextUpdate \($0)" } ?? ""
        return "\(number.map { "number \($0)" } ?? "no number"), thisUpdate \(thisUpdate)\(end)"
    }
}

extension OCSPResponse {
    /// The times as text for messages.
    fileprivate var edition: String {
        let update = entries.map(\.thisUpdate).max().map { ", thisUpdate \($0)" } ?? ""
        return "producedAt \(producedAt)\(update)"
    }
}
