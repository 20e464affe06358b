// SPDX-License-Identifier: Apache-2.0

package import CertAuth

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

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
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &first)
        guard status == 0 else { throw .unresolved(host: host, reason: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(first) }
        var found: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = Self.address(entry.pointee), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        guard !found.isEmpty else { throw .unresolved(host: host, reason: "neither an IPv4 nor an IPv6 address") }
        return found
    }

    /// Returns nil if the entry is not an IP address, or if it has a zone.
    private static func address(_ entry: addrinfo) -> IPAddress? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let flags = NI_NUMERICHOST
        guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, flags) == 0 else {
            return nil
        }
        return IPAddress(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}
