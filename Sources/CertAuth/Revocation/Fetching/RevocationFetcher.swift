// SPDX-License-Identifier: Apache-2.0
// Who brings CRLs and OCSP responses over the network.

/// Brings bytes from an HTTP address, within limits. It judges nothing: what it brings counts only after its signature
/// was checked.
///
/// An implementation keeps every limit of `policy` and of the request, sends neither credentials nor cookies, takes no
/// proxy from the environment, and connects only to an address that it has checked against the policy.
public protocol RevocationFetcher: Sendable {
    /// The limits that hold.
    var policy: RevocationFetchPolicy { get }

    /// Brings what is at `request.url`, no later than `request.deadline`.
    func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse
}
