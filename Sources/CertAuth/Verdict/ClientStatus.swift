// SPDX-License-Identifier: Apache-2.0

/// What an acceptance states about one client alone.
final class ClientStatus: Sendable {
    /// The revocation status of the client's certificate, if it is not common to the clients of an issuer.
    let status: RevocationStatus?
    /// The paths that failed before the valid one.
    let failedAttempts: ValidationTrace

    /// Nil if there is nothing to keep.
    init?(status: RevocationStatus?, failedAttempts: ValidationTrace) {
        guard status != nil || failedAttempts.count > 0 else { return nil }
        self.status = status
        self.failedAttempts = failedAttempts
    }

    /// An estimate of its memory in bytes.
    var estimatedBytes: Int { 512 + failedAttempts.estimatedBytes }
}

extension ClientStatus: Equatable {
    static func == (left: ClientStatus, right: ClientStatus) -> Bool {
        left === right || left.status == right.status && left.failedAttempts == right.failedAttempts
    }
}

extension RevocationStatus {
    /// Whether the status is usually the same for all good certificates of an issuer: there was no check, or CRLs do not
    /// list the certificate. A statement of an OCSP responder is about one certificate.
    var isCommon: Bool {
        switch self {
        case .notChecked: true
        case .good(let evidence): evidence.isFromListsAlone
        case .revoked, .unknown: false
        }
    }
}

extension RevocationStatus.Evidence {
    fileprivate var isFromListsAlone: Bool {
        if case .ocsp = source { return false }
        return others.allSatisfy(\.isFromListsAlone)
    }
}
