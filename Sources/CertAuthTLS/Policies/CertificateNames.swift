// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The host names in a server's certificate, for the lookup of many names.
struct CertificateNames {
    /// The names without a wildcard, in order.
    let hosts: [String]
    private let exact: Set<String>
    /// The domains after `*.`.
    private let wildcards: Set<String>
    /// Every domain that has a name below it.
    private let domains: Set<String>
    /// The names as they appear, for messages.
    let all: [String]
    /// Whether there is a host name or an address.
    let hasAny: Bool

    init(_ identity: ServerIdentity) {
        let names = identity.chain.first?.subjectAlternativeNames ?? []
        var hosts: [String] = []
        var wildcards: Set<String> = []
        var all: [String] = []
        for case .dns(let name) in names {
            all.append(name)
            guard let pattern = HostPattern(name) else { continue }
            if pattern.isWildcard { wildcards.insert(pattern.name.text) } else { hosts.append(pattern.name.text) }
        }
        self.hosts = hosts
        self.wildcards = wildcards
        self.all = all
        exact = Set(hosts)
        domains = Set(hosts.flatMap { Self.domains(above: $0) })
        hasAny = names.contains { if case .ipAddress = $0 { true } else { false } } || !all.isEmpty
    }

    /// Whether clients that request a host of `pattern` may accept the certificate (RFC 6125 section 6.4.3: a wildcard
    /// covers one label). A pattern with a wildcard is covered if any host of it is.
    func covers(_ pattern: HostPattern) -> Bool {
        let name = pattern.name.text
        if pattern.isWildcard {
            return wildcards.contains(name) || domains.contains(name)
                || wildcards.contains { $0.hasSuffix(".\(name)") }
        }
        return exact.contains(name) || Self.domains(above: name).first.map { wildcards.contains($0) } ?? false
    }

    /// The domains above a host, the nearest first.
    static func domains(above host: String) -> [String] {
        var rest = host[...]
        var domains: [String] = []
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            domains.append(String(rest))
        }
        return domains
    }

    /// At most three names, and the number of the others. Safe to print.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(3).map { DisplayText.escaped($0) }.joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }
}
