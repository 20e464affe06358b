// SPDX-License-Identifier: Apache-2.0
// The anchors a client's path must end at.

internal import CertAuthOpenSSL
internal import Synchronization

/// An immutable set of trust anchors.
///
/// Every certificate in it is an anchor, also one that is not self-signed: a path may end there. There is no empty
/// trust store and no way from a source that could not be read to the system's roots.
public struct TrustStore: Sendable {
    /// The anchors, without duplicates, in the order they were given.
    public let anchors: [Certificate]
    /// Counts the stores made in this process, for logs; it means nothing in another process.
    package let generation: UInt64
    /// SHA-256 over the sorted digests of the anchors: equal for equal sets, in every process.
    package let fingerprint: Thumbprint

    private let bySubject: [[UInt8]: [Certificate]]
    private let members: Set<Certificate>

    /// Takes the given certificates as anchors.
    ///
    /// - Throws: `TrustStoreError.empty` without a certificate.
    public init(certificates: [Certificate]) throws(TrustStoreError) {
        try self.init(certificates: certificates, source: "the given certificates")
    }

    init(certificates: [Certificate], source: String) throws(TrustStoreError) {
        var members: Set<Certificate> = []
        anchors = certificates.filter { members.insert($0).inserted }
        guard !anchors.isEmpty else { throw .empty(source: source) }
        self.members = members
        bySubject = Dictionary(grouping: anchors) { $0.subject.canonical }
        generation = Self.counter.add(1, ordering: .relaxed).newValue
        fingerprint = try Self.fingerprint(anchors)
    }

    /// Takes the anchors of several stores together.
    public init(combining stores: [TrustStore]) throws(TrustStoreError) {
        try self.init(certificates: stores.flatMap(\.anchors), source: "the given trust stores")
    }

    private static let counter = Atomic<UInt64>(0)

    /// The anchors whose subject is `name`.
    package func anchors(named name: DistinguishedName) -> [Certificate] { bySubject[name.canonical] ?? [] }

    /// Whether exactly this certificate is an anchor.
    package func contains(_ certificate: Certificate) -> Bool { members.contains(certificate) }

    private static func fingerprint(_ anchors: [Certificate]) throws(TrustStoreError) -> Thumbprint {
        let digests = anchors.map(\.sha256Thumbprint.bytes).sorted { $0.lexicographicallyPrecedes($1) }
        do throws(OpenSSLError) {
            let digest = try DigestAlgorithm.sha256.digest(digests.flatMap { $0 })
            return Thumbprint(algorithm: .sha256, bytes: digest)
        } catch {
            throw .digestUnavailable("\(error)")
        }
    }
}
