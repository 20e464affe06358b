// SPDX-License-Identifier: Apache-2.0
// The goals of all rows, in one place.

/// Assigns goals to rows.
enum Goals {
    /// Forty megabytes.
    private static let listMemory = 40_000_000.0 / 1024

    static func of(_ row: Row) -> [Goal] {
        switch (row.benchmark, row.contender) {
        case (let name, "CertAuth, warm issuers") where name.hasPrefix("validate "):
            [Goal(figure: .speed(of: ValidationBenchmarks.peer), bound: warmSpeed(name))]
        case (let name, "CertAuth, cold") where name.hasPrefix("validate "):
            [Goal(figure: .speed(of: ValidationBenchmarks.peer), bound: 0.75)]
        case (let name, "CertAuth, 2 threads") where name.hasPrefix("scaling "):
            [Goal(figure: .speed(of: "CertAuth, 1 thread"), bound: 1.85)]
        case (let name, "CertAuth") where name.hasPrefix("cached "):
            [
                Goal(figure: .microseconds, bound: 1.5),
                Goal(figure: .cost(of: ValidationBenchmarks.libcrypto), bound: 2.2),
            ]
        case (let name, _): servers(name, row.contender) ?? evidence(name, row.contender) ?? []
        }
    }

    private static func warmSpeed(_ benchmark: String) -> Double {
        switch benchmark {
        case "validate RSA-2048": 1.5
        case "validate Ed25519": 0.85
        default: 1.1
        }
    }

    private static func servers(_ benchmark: String, _ contender: String) -> [Goal]? {
        switch (benchmark, contender) {
        case ("handshake", "CertAuth, first seen"): [Goal(figure: .speed(of: "nginx"), bound: 1)]
        case ("handshake", "CertAuth, seen before"): [Goal(figure: .speed(of: "nginx"), bound: 1.2)]
        case ("resumption", "CertAuth, resumed"):
            [Goal(figure: .cost(of: "CertAuth, full, with a ticket"), bound: 0.5)]
        case ("keep-alive request", "CertAuth"):
            [
                Goal(figure: .cost(of: "CertAuth without authentication"), bound: 1.05),
                Goal(figure: .speed(of: ServerBenchmarks.nio), bound: 1),
            ]
        case ("Hummingbird request", "on CertAuth, principal read"):
            [Goal(figure: .speed(of: "on NIOSSL, no authentication"), bound: 0.97)]
        case ("handshake, CRL of 1000000", "CertAuth with it"):
            [Goal(figure: .speed(of: "CertAuth without it"), bound: 0.95)]
        case ("idle connection", "CertAuth"): [Goal(figure: .kibibytes, bound: 40)]
        default: nil
        }
    }

    private static func evidence(_ benchmark: String, _ contender: String) -> [Goal]? {
        switch (benchmark, contender) {
        case ("CRL of 1000000, load", "CertAuth"): [Goal(figure: .microseconds, bound: 250_000)]
        case ("CRL of 1000000, memory kept", "CertAuth"): [Goal(figure: .kibibytes, bound: listMemory)]
        case ("CRL of 1000000, look-up", "CertAuth"): [Goal(figure: .microseconds, bound: 0.5)]
        case (let name, "the response alone") where name.hasPrefix("OCSP "):
            [Goal(figure: .speed(of: ResponseBenchmarks.reference), bound: 1.5)]
        default: nil
        }
    }
}
