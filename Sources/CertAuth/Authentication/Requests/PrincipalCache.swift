// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The default principals of the clients that were accepted last.
///
/// A cached verdict keeps of a client no more than digests. Without this memory, each request that a proxy forwards, and
/// each new connection, would decode the client's certificate again for the principal.
final class PrincipalCache: Sendable {
    /// The maximum number of principals. A usual one takes 1.5 KiB.
    static let capacity = 256
    /// The maximum size of a certificate whose principal is kept, so that large names cannot fill the memory.
    static let certificateBytes = 4_096
    /// The maximum number of claims of a principal that is kept: many short names take more memory than their bytes.
    static let claims = 32

    private let mapping: ClaimMapping
    /// By the digest of the certificate. A principal depends on nothing else.
    private let principals = Mutex(LeastRecentlyUsed<[UInt8], ClaimsPrincipal>(capacity: capacity))

    init(_ mapping: ClaimMapping) { self.mapping = mapping }

    /// The principal of certificate 0 of an accepted client.
    func principal(of certificate: Certificate) -> ClaimsPrincipal {
        guard certificate.derEncoded.count <= Self.certificateBytes else { return mapping.principal(of: certificate) }
        let digest = certificate.digest.bytes
        if let known = principals.withLock({ $0.value(for: digest) }) { return known }
        let made = mapping.principal(of: certificate)
        guard made.claims.count <= Self.claims else { return made }
        // What is displaced is returned, so that it is freed without the lock.
        let displaced = principals.withLock { $0.insert(made, for: digest) }
        withExtendedLifetime(displaced) {}
        return made
    }
}
