// SPDX-License-Identifier: Apache-2.0
// Peers that two lists of proxies have in common.

extension TrustedProxies {
    /// An entry of this list and one of the other list that the same peer can match. Nil if there are none.
    ///
    /// Certificates with different keys and names count as different peers. A certificate that matches both is detected
    /// when its peer sends a request.
    func overlap(with other: TrustedProxies) -> (TrustedProxy, TrustedProxy)? {
        for one in proxies {
            for two in other.proxies where one.overlaps(two) { return (one, two) }
        }
        return nil
    }
}

extension TrustedProxy {
    fileprivate func overlaps(_ other: TrustedProxy) -> Bool {
        switch (self, other) {
        case (.network(let one), .network(let two)): one.overlaps(two)
        case (.unixSocket(let one), .unixSocket(let two)): !one.isDisjoint(with: two)
        case (.network, .unixSocket), (.unixSocket, .network): false
        case (.certificate(_, let ranges), .network(let range)), (.network(let range), .certificate(_, let ranges)):
            ranges.isEmpty || ranges.contains { $0.overlaps(range) }
        case (.certificate(_, let ranges), .unixSocket), (.unixSocket, .certificate(_, let ranges)): ranges.isEmpty
        case (.certificate(let one, let ranges), .certificate(let two, let others)):
            !one.matches.isDisjoint(with: two.matches)
                && (ranges.isEmpty || others.isEmpty
                    || ranges.contains { range in others.contains { $0.overlaps(range) } })
        }
    }
}

extension TrustedProxy {
    /// `10.0.0.0/8`, `unix user 33`, or `certificate from 10.0.0.0/8`.
    var text: String {
        switch self {
        case .network(let range): "\(range)"
        case .unixSocket(let users): "unix user \(users.sorted().map(String.init).joined(separator: ", "))"
        case .certificate(_, let ranges):
            "certificate from \(ranges.isEmpty ? "any address" : ranges.map { "\($0)" }.joined(separator: ", "))"
        }
    }
}
