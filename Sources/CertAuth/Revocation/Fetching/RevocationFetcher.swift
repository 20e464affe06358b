// SPDX-License-Identifier: Apache-2.0

/// Fetches bytes from an HTTP URL, within limits. A fetcher makes no trust decision: its responses count only after
/// their signature is verified.
///
/// An implementation must observe every limit of `policy` and of the request, send neither credentials nor cookies,
/// ignore proxies from the environment, and connect only to an address that it has checked against the policy.
public protocol RevocationFetcher: Sendable {
    /// The limits that apply.
    var policy: RevocationFetchPolicy { get }

    /// Fetches `request.url`, at the latest until `request.deadline`.
    func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse
}
