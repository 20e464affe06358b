// SPDX-License-Identifier: Apache-2.0
// `Benchmarks [--rounds N] [--milliseconds N] [--json FILE] [--only NAME]`, `Benchmarks --growth [--sizes SIZES] [--only
// PART] [--json FILE]` and `Benchmarks --soak MINUTES`. The program starts itself with `--serve KIND FOLDER`,
// `--serve-growth FOLDER OPTIONS`, `--hold-connections PORT FILE` and `--hold-list READER FILE`. CERTAUTH_BENCH_VALIDATORS
// names other programs that validate (`ForeignValidator`).

import BenchmarkServing
import Foundation

@main
struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "--serve", arguments.count == 3, let kind = ServedKind(rawValue: arguments[1]) {
            ServerLife.begin()
            return try await kind.serve(ServerFolder(path: arguments[2]))
        }
        if arguments.first == "--serve-growth", arguments.count == 3 {
            return try await GrowthServer(folder: ServerFolder(path: arguments[1]), options: arguments[2]).serve()
        }
        if arguments.first == "--hold-connections", arguments.count == 3, let port = UInt16(arguments[1]) {
            return try ConnectionHolder.hold(port: port, file: arguments[2])
        }
        if arguments.first == "--growth" {
            do {
                return try Growth(arguments: arguments).run()
            } catch {
                FileHandle.standardError.write(Data("error: \(error)\n".utf8))
                exit(1)
            }
        }
        if arguments.first == "--hold-list", arguments.count == 3,
            let reader = ListMemory.Reader(rawValue: arguments[1])
        {
            return try ListMemory.hold(reader, file: arguments[2])
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
        if [nil, "servers", "lists"].contains(only) {
            try ListServerBenchmarks(measurement: measurement).run(into: &report)
        }
        if only ?? "memory" == "memory" { try MemoryBenchmarks(measurement: measurement).run(into: &report) }
        if let path = value(of: "--json", in: arguments) {
            try report.json().write(to: URL(fileURLWithPath: path))
        }
    }

    /// The value of an option; nil if the option is absent.
    static func value(of option: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }
}
