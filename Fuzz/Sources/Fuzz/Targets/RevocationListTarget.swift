// SPDX-License-Identifier: Apache-2.0
// A CRL: read, and asked about a client under a signature of the client's issuer.

import CertAuthTesting

@testable import CertAuth

struct RevocationListTarget: FuzzTarget {
    static let name = "crl"
    static let words = DERWords.all

    private let world: FuzzWorld
    private let path: CandidatePath
    private let context: ValidationContext

    init(_ world: FuzzWorld) throws {
        self.world = world
        path = try world.path()
        let options = try world.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
        }
        context = ValidationContext(options: options, now: FuzzWorld.now)
    }

    func seeds() throws -> [[UInt8]] {
        var point = IssuingDistributionPointTemplate()
        point.onlyContainsUserCertificates = true
        let scope = point
        var hold = RevocationListTemplate.Entry(
            serialNumber: [5],
            revocationDate: FuzzWorld.now.adding(seconds: -60),
            reason: 6
        )
        hold.extensions.append(.invalidityDate(FuzzWorld.now))
        hold.extensions.append(.certificateIssuer(world.issuing.subject))
        let held = hold
        let changes: [(inout RevocationListTemplate) -> Void] = [
            { _ in },
            { $0.extensions.append(.issuingDistributionPoint(scope)) },
            { $0.extensions.append(.deltaCRLIndicator(baseNumber: 1)) },
            { $0.extensions.append(.freshestCRL([[.uri("http://b.example/delta")]])) },
            { $0.entries.append(held) },
            { $0.nextUpdate = nil },
            {
                $0.version = nil
                $0.extensions = []
            },
            { $0.extensions.append(.custom("1.2.3.4", critical: true, value: DER.null)) },
        ]
        return try changes.map { change in try world.issuing.revocationList { change(&$0) }.derEncoded }
            + [
                world.issuing.revocationList(revoked: [world.alice], reason: 1).derEncoded,
                world.issuing.revocationList(
                    entries: (1...40).map {
                        RevocationListTemplate.Entry(serialNumber: [$0], revocationDate: FuzzWorld.now, reason: 4)
                    }
                ).derEncoded,
            ]
    }

    func read(_ input: [UInt8]) {
        twice { summary(input) }
        guard let signed = FuzzWorld.signed(input, by: world.issuing.key) else { return }
        for list in [input, signed] {
            let word = twice { outcome { try status(by: list) } }
            guard let read = try? CertificateRevocationList(derEncoded: list) else { continue }
            demand(read.derEncoded == list, "the bytes of a list are those that were read")
            guard list == signed, let entry = read.entry(for: SerialNumber(bytes: world.alice.serialNumber)) else {
                continue
            }
            // Signed by the issuer and listed: whatever else is wrong with it, the client is not good.
            demand(entry.isRemoval || !word.hasPrefix("good"), "who is listed is not good: \(word)")
        }
    }

    private func status(by list: [UInt8]) throws -> String {
        let evidence = RevocationEvidence(revocationLists: [try CertificateRevocationList(derEncoded: list)])
        return RevocationCheck(evidence: evidence).statuses(of: path, in: context).first?.word ?? "none"
    }

    private func summary(_ input: [UInt8]) -> String {
        outcome {
            let list = try CertificateRevocationList(derEncoded: input)
            let entries = list.listedEntries
            for listed in entries.prefix(50) {
                demand(entries.contains { $0.serialNumber == listed.serialNumber }, "a listed number is found")
            }
            return "\(list.count) \(list.issuer) \(list.thisUpdate) \(list.extensions.count) \(entries.count)"
        }
    }
}
