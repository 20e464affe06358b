// SPDX-License-Identifier: Apache-2.0

import CReference

/// One thing a stranger does.
struct Attempt {
    /// What a stranger may cost.
    enum Budget {
        case handshake, header

        /// Of CPU on one core.
        var milliseconds: Double { self == .handshake ? 20 : 5 }
        /// Kept while the connection stays open.
        var kibibytes: Double { 256 }
    }

    let name: String
    let budget: Budget
    /// Returns the answer; the connection stays open.
    let act: (OpaquePointer) -> Int32
    let stranger: OpaquePointer
    /// What the answer must be: an attack that fails for another reason measures nothing.
    let isRefusal: (Int32) -> Bool
}

/// What an attempt cost.
struct Cost {
    let milliseconds: Double
    let kibibytes: Double
    let answer: Int32

    var answerText: String {
        switch answer {
        case 0: "closed"
        case 1: "goes on"
        case 1000...: "alert \(answer - 1000)"
        default: "\(answer)"
        }
    }
}

extension Attempt {
    /// The median over repetitions: a busy machine must not pass for a costly stranger.
    func cost(repetitions: Int) -> Cost {
        var times: [Double] = []
        var sizes: [Double] = []
        var answer: Int32 = 0
        for _ in 0..<repetitions {
            settle()
            let before = certauth_allocated()
            let start = certauth_others_cpu_time()
            answer = act(stranger)
            settle()
            times.append(Double(certauth_others_cpu_time() - start) / 1e6)
            sizes.append((Double(certauth_allocated()) - Double(before)) / 1024)
            certauth_stranger_leave(stranger)
        }
        return Cost(milliseconds: Self.median(times), kibibytes: Self.median(sizes), answer: answer)
    }

    /// Until the server's threads have been idle for a moment.
    private func settle() {
        var last = certauth_others_cpu_time()
        for _ in 0..<500 {
            certauth_pause(3)
            let now = certauth_others_cpu_time()
            // The two clocks are not read at the same moment.
            if now < last + 20_000 { return }
            last = now
        }
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
