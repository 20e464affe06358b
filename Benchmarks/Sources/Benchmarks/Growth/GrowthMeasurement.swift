// SPDX-License-Identifier: Apache-2.0
// Time, memory and waits of one operation, in this process.

import CReference
import Foundation

/// Measures operations of the calling thread.
enum GrowthMeasurement {
    /// Microseconds of CPU time for each call: the least of five rounds of at least 20 ms, because other programs on the
    /// machine only add time.
    ///
    /// - Parameter operation: gets 0, 1, 2, ...; false is a wrong result, which ends the program.
    static func microseconds(_ name: String, _ operation: (Int) throws -> Bool) rethrows -> Double {
        var index = 0
        func round(_ count: Int) throws -> Double {
            let start = certauth_thread_cpu_time()
            for _ in 0..<count {
                guard try operation(index) else { preconditionFailure("\(name): wrong result at \(index)") }
                index += 1
            }
            return Double(certauth_thread_cpu_time() - start) / 1e3
        }
        var spent = try round(1)
        var count = 1
        while true {
            spent = try round(count)
            if spent >= 20_000 { break }
            count = max(count + 1, min(count * 8, Int(Double(count) * 22_000 / max(spent, 1))))
        }
        var least = spent
        for _ in 0..<4 { least = min(least, try round(count)) }
        return least / Double(count)
    }

    /// Milliseconds of CPU time of one call.
    static func milliseconds<Result>(_ operation: () throws -> Result) rethrows -> (Double, Result) {
        let start = certauth_thread_cpu_time()
        let result = try operation()
        return (Double(certauth_thread_cpu_time() - start) / 1e6, result)
    }

    /// Bytes that `operation` leaves allocated while its result lives.
    static func keptBytes<Result>(_ operation: () throws -> Result) rethrows -> (Double, Result) {
        let before = stableLiveBytes()
        let result = try operation()
        return (stableLiveBytes() - before, result)
    }

    /// Bytes that malloc has given out, once their number does not change any more: other threads may free memory.
    static func stableLiveBytes() -> Double {
        var last = certauth_live_bytes()
        var equal = 0
        for _ in 0..<200 where equal < 3 {
            Thread.sleep(forTimeInterval: 0.05)
            let now = certauth_live_bytes()
            equal = now > last + 4_096 || last > now + 4_096 ? 0 : equal + 1
            last = now
        }
        return Double(last)
    }

    /// KiB of resident memory that `operation` needs at its peak beyond what there was before.
    static func peakKibibytes<Result>(_ operation: () throws -> Result) rethrows -> (Double, Result) {
        certauth_release_free_memory()
        let isReset = certauth_reset_peak() == 1
        let before = ResidentMemory.kibibytes()
        let result = try operation()
        return (isReset ? ResidentMemory.peakKibibytes() - before : .nan, result)
    }
}
