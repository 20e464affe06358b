// SPDX-License-Identifier: Apache-2.0
// `HostileBench [--repetitions N] [--only TEXT]`: the cost of clients that are not authenticated. Ends with 1 if an
// attempt costs more than the budget in Docs/Checks.md.

import CReference
import Foundation

@main
struct Main {
    static func main() async throws {
        certauth_count_allocations()
        let repetitions = max(1, value(of: "--repetitions").flatMap { Int($0) } ?? 5)
        let only = value(of: "--only")
        let attempts = try await Attempts(world: World()).all().filter { only.map($0.name.contains) ?? true }
        var failures: [String] = []
        print(row("attempt", "ms", "KiB", "answer"))
        for attempt in attempts {
            // The first attempt makes the server allocate memory once; that is not part of the cost.
            _ = attempt.cost(repetitions: 1)
            let cost = attempt.cost(repetitions: repetitions)
            let time = String(format: "%.2f", cost.milliseconds)
            let size = String(format: "%.0f", cost.kibibytes)
            print(row(attempt.name, time, size, cost.answerText))
            if cost.milliseconds > attempt.budget.milliseconds { failures.append("\(attempt.name): \(time) ms") }
            if cost.kibibytes > attempt.budget.kibibytes { failures.append("\(attempt.name): \(size) KiB") }
            if !attempt.isRefusal(cost.answer) { failures.append("\(attempt.name): \(cost.answerText)") }
        }
        print("\n\(attempts.count) attempts, \(failures.count) over the budget or not refused")
        for failure in failures { print("  \(failure)") }
        guard attempts.count >= 60 || only != nil else {
            print("too few attempts")
            exit(1)
        }
        exit(failures.isEmpty ? 0 : 1)
    }

    private static func row(_ name: String, _ time: String, _ size: String, _ answer: String) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        return name.padding(toLength: 56, withPad: " ", startingAt: 0) + padded(time, 9) + padded(size, 8) + "  "
            + answer
    }

    private static func value(of option: String) -> String? {
        let arguments = CommandLine.arguments
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }
}
