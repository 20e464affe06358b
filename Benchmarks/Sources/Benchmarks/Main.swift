// SPDX-License-Identifier: Apache-2.0
// `bench [--rounds N] [--milliseconds N] [--json FILE] [--only NAME]`, `bench --validate KIND COUNT [--cached]` for
// counting instructions, `bench --soak MINUTES`, and `bench --serve KIND FOLDER` for the servers that are measured.

import CReference
import CertAuth
import Foundation

@main
struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "--validate", arguments.count >= 3, let count = Int(arguments[2]) {
            return try validate(kind: arguments[1], count: count, isCached: arguments.contains("--cached"))
        }
        if arguments.first == "--serve", arguments.count == 3, let kind = ServedKind(rawValue: arguments[1]) {
            // Before it has other threads, which follow the first one.
            certauth_pin(0, CERTAUTH_SERVER_CORE)
            return try await kind.serve(ServerFolder(path: arguments[2]))
        }
        if arguments.first == "--soak", arguments.count == 2, let minutes = Double(arguments[1]) {
            exit(try Soak(minutes: minutes).run() ? 0 : 1)
        }
        var measurement = Measurement()
        if let rounds = value(of: "--rounds", in: arguments).flatMap({ Int($0) }) { measurement.rounds = rounds }
        if let time = value(of: "--milliseconds", in: arguments).flatMap({ Double($0) }) {
            measurement.milliseconds = time
        }
        let only = value(of: "--only", in: arguments)
        print("\(LibcryptoReference.version); \(measurement.rounds) rounds of \(Int(measurement.milliseconds)) ms\n")
        print(Report.header)
        var report = Report()
        if only ?? "validate" == "validate" { try ValidationBenchmarks(measurement: measurement).run(into: &report) }
        if only ?? "cache" == "cache" { try CacheBenchmarks(measurement: measurement).run(into: &report) }
        if only ?? "paths" == "paths" { try PathBenchmarks(measurement: measurement).run(into: &report) }
        if only ?? "headers" == "headers" { try HeaderBenchmarks(measurement: measurement).run(into: &report) }
        if only ?? "crl" == "crl" { try ListBenchmarks(measurement: measurement).run(into: &report) }
        if only ?? "ocsp" == "ocsp" { try ResponseBenchmarks(measurement: measurement).run(into: &report) }
        for part in ServerBenchmarks.Part.allCases where [nil, "servers", part.rawValue].contains(only) {
            try ServerBenchmarks(measurement: measurement).run(part, into: &report)
        }
        if only ?? "memory" == "memory" { try MemoryBenchmarks(measurement: measurement).run(into: &report) }
        if let path = value(of: "--json", in: arguments) {
            try report.json().write(to: URL(fileURLWithPath: path))
        }
    }

    /// Exactly `count` uncached validations with warm issuers: the difference of two counts is what one of them costs.
    private static func validate(kind: String, count: Int, isCached: Bool) throws {
        guard let (_, kind) = Hierarchy.kinds.first(where: { $0.name == kind }) else {
            preconditionFailure("kinds: P-256, RSA-2048, Ed25519")
        }
        let hierarchy = try Hierarchy(kind, leafCount: 16)
        let authenticator = try hierarchy.authenticator(cache: isCached ? LRUCertificateValidationCache() : nil)
        for index in 0..<count {
            guard let chain = PresentedChain(derEncoded: hierarchy.chain(index), source: .tls) else { continue }
            guard case .accepted = authenticator.validate(chain) else { preconditionFailure("refused") }
        }
    }

    private static func value(of option: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }
}
