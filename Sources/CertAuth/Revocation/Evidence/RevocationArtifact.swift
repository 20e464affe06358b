// SPDX-License-Identifier: Apache-2.0

/// A CRL or an OCSP response, unchanged, for storage. It is verified whenever it is read, so an attacker who can write
/// to the store can delay decisions, but not influence them.
public struct RevocationArtifact: Sendable, Hashable {
    /// The signed DER encoding.
    public var derEncoded: [UInt8]
    /// When the statement was fetched.
    public var fetchedAt: Timestamp
    /// The server's entity tag.
    public var entityTag: String?
    /// How long it is fresh according to the server, in whole seconds.
    public var freshness: Duration?

    /// Creates an artifact.
    public init(derEncoded: [UInt8], fetchedAt: Timestamp, entityTag: String? = nil, freshness: Duration? = nil) {
        self.derEncoded = derEncoded
        self.fetchedAt = fetchedAt
        self.entityTag = entityTag
        self.freshness = freshness
    }
}

/// Stores artifacts beyond the lifetime of a process: in a folder, or in a store that several servers share.
///
/// The store handles its own errors: if it cannot read, it returns nil; if it cannot write, it does nothing. Calls
/// count against the deadline of the waiting client.
public protocol RevocationArtifactStore: Sendable {
    /// The artifact stored under `key`.
    func artifact(for key: EvidenceKey) async -> RevocationArtifact?

    /// Stores `artifact` under `key`, replacing the previous one.
    func store(_ artifact: RevocationArtifact, for key: EvidenceKey) async
}
