// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension IPAddress {
    /// Every address of `host` by the system's resolver, in the order of RFC 6724. The call may block.
    ///
    /// Addresses with a zone are left out.
    package static func lookUp(_ host: String) throws(RevocationFetchError) -> [IPAddress] {
        let texts: [String]
        do throws(HostLookup.Failure) {
            texts = try HostLookup.addresses(of: host)
        } catch {
            throw .unresolved(host: host, reason: error.text)
        }
        var found: [IPAddress] = []
        for case let address? in texts.map({ IPAddress($0) }) where !found.contains(address) { found.append(address) }
        guard !found.isEmpty else { throw .unresolved(host: host, reason: "neither an IPv4 nor an IPv6 address") }
        return found
    }
}
