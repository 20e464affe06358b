// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Looks up the addresses of a host. The call may block; it runs on a thread where blocking is allowed.
package protocol HostResolver: Sendable {
    /// Returns every address of `host`, in the order in which they should be tried.
    func addresses(of host: String) throws(RevocationFetchError) -> [IPAddress]
}

/// The system's resolver.
package struct SystemHostResolver: HostResolver {
    /// Creates a resolver that uses `getaddrinfo`.
    package init() {}

    /// Returns every address of `host`, in the order of RFC 6724.
    package func addresses(of host: String) throws(RevocationFetchError) -> [IPAddress] {
        try IPAddress.lookUp(host)
    }
}
