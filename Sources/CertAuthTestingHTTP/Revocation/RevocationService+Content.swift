// SPDX-License-Identifier: Apache-2.0
// The CRLs, OCSP responses and certificate that a revocation service publishes, correct or defective.

import CertAuth
import CertAuthTesting
import Synchronization

extension RevocationService {
    /// Returns the current CRL with its entity tag.
    func publishedList() throws -> PublishedList {
        try state.withLock { state in
            let now = state.authority.clock.now()
            if let list = state.list, now <= list.nextUpdate { return list }
            if state.list != nil { state.listNumber += 1 }
            let entries = state.revoked.map {
                RevocationListTemplate.Entry(
                    serialNumber: $0.identity.serialNumber,
                    revocationDate: $0.date,
                    reason: $0.reason
                )
            }
            let list = try state.authority.revocationList(entries: entries, number: state.listNumber)
            let published = PublishedList(
                derEncoded: list.derEncoded,
                nextUpdate: try CertificateRevocationList(derEncoded: list.derEncoded).nextUpdate ?? now,
                entityTag: "\"\(state.listNumber)\""
            )
            state.list = published
            return published
        }
    }

    /// Returns a CRL with a defect.
    func defectiveList(_ fault: RevocationFault) throws -> [UInt8] {
        let authority = authority(at: fault == .stale ? -Self.longAgo : 0)
        return try authority.revocationList(number: 1) { template in
            if fault == .wrongSigner { template.signingKey = self.stranger.key }
        }.derEncoded
    }

    /// Returns the response to an OCSP request.
    func response(to request: [UInt8], fault: RevocationFault?) throws -> [UInt8] {
        let authority = authority(at: fault == .stale ? -Self.longAgo : 0)
        let signer = fault == .wrongSigner ? try stranger.issue("Impostor", .ocspResponder) : responder
        let (revoked, unknownSerialNumbers) = state.withLock { ($0.revoked, $0.unknownSerialNumbers) }
        return try authority.ocspResponse(
            to: ReceivedOCSPRequest(derEncoded: request),
            responder: signer
        ) { serialNumber in
            guard !unknownSerialNumbers.contains(serialNumber) else { return .unknown }
            let found = revoked.first { $0.identity.serialNumber == serialNumber }
            return found.map { .revoked(at: $0.date, reason: $0.reason) } ?? .good
        }
    }

    /// The authority's certificate.
    var certificate: [UInt8] { state.withLock { $0.authority.certificateDER } }

    func note(_ request: Request) { state.withLock { $0.requests.append(request) } }

    private func authority(at seconds: Int64) -> TestAuthority {
        var authority = state.withLock { $0.authority }
        let clock = authority.clock
        authority.clock = VerificationClock { clock.now().adding(seconds: seconds) }
        return authority
    }

    private static let longAgo: Int64 = 30 * 86_400
}
