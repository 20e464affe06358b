// SPDX-License-Identifier: Apache-2.0
// How a verdict compares with the expected one.

import CertAuth

/// The five outcomes of a case.
enum ConformanceOutcome: Equatable {
    case right
    case wronglyAccepted
    case wronglyRefused(FailureCode)
    /// Wrong, but listed in `ConformanceDivergence.all` with its reason.
    case expectedDivergence
    /// Right although listed as a divergence: the list is outdated, which is an error too.
    case wrong

    init(_ verdict: ValidationVerdict, on testCase: ConformanceCase) {
        let found: ConformanceOutcome =
            switch (verdict, testCase.isExpectedToPass) {
            case (.accepted, true), (.refused, false): .right
            case (.accepted, false): .wronglyAccepted
            case (.refused(let failure, _), true): .wronglyRefused(failure.code)
            }
        guard ConformanceDivergence.all.contains(where: { $0.id == testCase.id }) else {
            self = found
            return
        }
        self = found == .right ? .wrong : .expectedDivergence
    }

    /// Neither right nor listed.
    var isFailure: Bool { self != .right && self != .expectedDivergence }
}

/// The outcomes of one suite.
struct ConformanceFigures {
    private(set) var right = 0
    private(set) var counted = 0
    private(set) var wronglyAccepted = 0
    private(set) var wronglyRefused = 0
    private(set) var expectedDivergences = 0
    private(set) var coreRight = 0
    private(set) var core = 0
    var notCounted = 0

    mutating func add(_ outcome: ConformanceOutcome, isCore: Bool) {
        counted += 1
        if isCore { core += 1 }
        switch outcome {
        case .right:
            right += 1
            if isCore { coreRight += 1 }
        case .wronglyAccepted: wronglyAccepted += 1
        case .wronglyRefused: wronglyRefused += 1
        case .expectedDivergence: expectedDivergences += 1
        case .wrong: break
        }
    }

    /// Returns a line for the log of a test run.
    func line(_ suite: String) -> String {
        "\(suite): \(right) of \(counted) right, \(wronglyAccepted) wrongly accepted, \(wronglyRefused) wrongly "
            + "refused, \(expectedDivergences) expected divergences, core \(coreRight) of \(core), "
            + "\(notCounted) not counted"
    }
}
