// SPDX-License-Identifier: Apache-2.0
// A signed statement as bytes, for keeping.

/// A CRL or an OCSP response as it came. It is checked again whenever it is read, so that whoever can write to a store
/// can delay, but not decide.
public struct RevocationArtifact: Sendable, Hashable {
    /// The signed DER.
    public var derEncoded: [UInt8]
    /// When it came.
    public var fetchedAt: Timestamp
    /// The server's entity tag.
    public var entityTag: String?
    /// For how many seconds the server called it fresh.
    public var freshness: Int64?

    /// Makes one.
    public init(derEncoded: [UInt8], fetchedAt: Timestamp, entityTag: String? = nil, freshness: Int64? = nil) {
        self.derEncoded = derEncoded
        self.fetchedAt = fetchedAt
        self.entityTag = entityTag
        self.freshness = freshness
    }
}

/// Keeps artifacts beyond the life of a process: a folder, or a store that several servers share.
///
/// Errors are the store's own affair: one that can't read says nil, one that can't write forgets. Calls count against
/// the deadline of whoever waits.
public protocol RevocationArtifactStore: Sendable {
    /// The artifact filed under `key`.
    func artifact(for key: EvidenceKey) async -> RevocationArtifact?

    /// Files `artifact`, in the place of what was there.
    func store(_ artifact: RevocationArtifact, for key: EvidenceKey) async
}
