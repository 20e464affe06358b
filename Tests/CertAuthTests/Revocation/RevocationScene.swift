// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting
import XCTest

/// A root, an issuing CA, a client, and the query for the client's status.
struct RevocationScene {
    let stage: Stage
    let issuing: TestAuthority
    var alice: TestIdentity
    /// Signed CRLs.
    var lists: [TestRevocationList] = []
    var responses: [[UInt8]] = []
    var signers: [Certificate] = []
    var failures: [RevocationSourceFailure] = []

    init(_ customize: (inout CertificateTemplate) throws -> Void = { _ in }) throws {
        stage = try Stage()
        issuing = stage.issuing
        alice = try stage.issuing.issue("alice") { try customize(&$0) }
    }

    var now: Timestamp { stage.clock.now }

    func evidence() throws -> RevocationEvidence {
        RevocationEvidence(
            revocationLists: try lists.map { try CertificateRevocationList(derEncoded: $0.derEncoded) },
            ocspResponses: try responses.map { try OCSPResponse(derEncoded: $0) },
            signerCertificates: signers,
            failures: failures
        )
    }

    /// The verdict on the client; only its own certificate is checked unless `change` says otherwise.
    func verdict(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let options = try stage.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
            try change(&$0)
        }
        let authenticator = try stage.authenticator(options: options, evidence: evidence())
        return authenticator.validate(try XCTUnwrap(alice.presented()))
    }

    /// Returns the revocation status of the client's certificate.
    func status(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> RevocationStatus {
        let options = try stage.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .excludeRoot
            try change(&$0)
        }
        let path = CandidatePath(
            certificates: try [alice.certificate] + alice.issuers.map { try Certificate(derEncoded: $0) }
                + [Certificate(derEncoded: alice.anchorDER)]
        )
        let context = ValidationContext(options: options, now: now)
        return try XCTUnwrap(RevocationCheck(evidence: evidence()).statuses(of: path, in: context).first)
    }

    /// Why the status is unknown; nil if it is known.
    func cause(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> RevocationStatus.Cause? {
        guard case .unknown(let cause) = try status(change) else { return nil }
        return cause
    }

    /// `good`, `revoked`, the kind of cause, or the reason for not checking.
    func word(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> String {
        switch try status(change) {
        case .good: "good"
        case .revoked: "revoked"
        case .unknown(let cause): cause.kind.rawValue
        case .notChecked(let reason): reason.rawValue
        }
    }
}
